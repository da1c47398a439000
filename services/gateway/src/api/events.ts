import { agentpb, create, EVENT_TYPES, HoldfastError } from '@holdfast/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { RunIdParams } from './run-schema.ts';
import { writeEvents } from './sse.ts';
import { hasEnded } from './wire.ts';

const EVENT_ID = /^(\d{1,15}-\d{1,15})?$/;

const FrameSchema = z
  .object({
    id: z.string().describe('<fence>-<n>; send the last one back as Last-Event-ID to go on after it.'),
    event: z.enum(EVENT_TYPES),
    retry: z.number().optional(),
    data: z
      .looseObject({ at: z.iso.datetime() })
      .describe('One line of JSON: when it happened, and what docs/events.md lists for the type.'),
  })
  .describe('One frame. Comments (lines that begin with a colon) are heartbeats.');

const DESCRIPTION = `The event log of a run as Server-Sent Events, then live until the run has ended.

- \`Last-Event-ID\` (or \`?after=\`): go on after this event. A stream that has nothing left answers 204, which tells a
  browser's EventSource to stop coming back.
- \`flow=paced\`: the run waits for this viewer when it falls behind by more than its window; \`flow=free\`: never.
  Left out: paced for the first viewer of a run, free for those who join.
- Going away is a detach: the run goes on.
- \`event: stream.error\` carries one documented error, and ends the stream: come back with Last-Event-ID.

Types: ${EVENT_TYPES.map((type) => `\`${type}\``).join(', ')}.`;

/** `GET /runs/:id/events` (AG-4). */
export function eventRoutes(app: App, context: ApiContext): void {
  app.get(
    '/runs/:id/events',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['runs'],
        summary: 'Watch a run',
        description: DESCRIPTION,
        params: RunIdParams,
        querystring: z.strictObject({
          after: z.string().regex(EVENT_ID, 'is not an event id, such as 1-42').optional(),
          flow: z.enum(['paced', 'free']).optional(),
        }),
        headers: z.looseObject({
          'last-event-id': z.string().regex(EVENT_ID, 'is not an event id, such as 1-42').optional(),
        }),
        response: {
          200: { description: 'The stream.', content: { 'text/event-stream': { schema: FrameSchema } } },
          204: z.null().describe('The run has ended and there is nothing after the event that was named.'),
        },
      },
    },
    async (request, reply) => {
      const after = request.headers['last-event-id'] ?? request.query.after ?? '';
      await watch(context, request, reply, { runId: request.params.id, after, flow: request.query.flow });
    },
  );
}

async function watch(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { runId: string; after: string; flow: 'paced' | 'free' | undefined },
): Promise<void> {
  const { deps, streams } = context;
  const { after, runId } = asked;
  const caller = callerOf(request);
  const { run } = await deps.agent.getRun(create(agentpb.GetRunRequestSchema, { caller, runId }));
  const paced = asked.flow === 'paced' || (asked.flow === undefined && !streams.hasPaced(runId));
  const gone = new AbortController();
  const leave = streams.enter(identityOf(request).subject, runId, paced, () => gone.abort());
  const { raw } = reply;
  const wanted = create(agentpb.WatchRequestSchema, {
    caller,
    runId,
    after,
    flow: paced ? agentpb.Flow.PACED : agentpb.Flow.FREE,
  });
  const source = deps.agent.watch(wanted, { signal: gone.signal });
  const events = source[Symbol.asyncIterator]();
  const detach = () => gone.abort();
  raw.once('close', detach);
  try {
    if (after !== '' && run && hasEnded(run.status)) {
      const first = await events.next();
      if (first.done) {
        await reply.code(204).send();
        return;
      }
      await stream(context, request, reply, startingWith(first, events), gone.signal);
    } else {
      await stream(context, request, reply, events, gone.signal);
    }
  } finally {
    raw.off('close', detach);
    leave();
    gone.abort();
    // The source may be waiting for its next event; it sees the abort, and nobody has to wait for it here.
    events.return?.().catch((error: unknown) => request.log.warn({ err: error }, 'An event stream ended badly.'));
  }
}

async function stream(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  events: AsyncIterator<agentpb.WatchResponse>,
  signal: AbortSignal,
): Promise<void> {
  const { raw } = reply;
  reply.hijack();
  // What the hooks have set so far: the trace, the request id, the security headers.
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  try {
    await writeEvents(raw, events, context.deps.config.gateway.sse.heartbeat_ms, signal);
  } catch (error) {
    const known = HoldfastError.from(error);
    request.log.warn({ err: error, code: known.code }, 'An event stream broke; the client can come back.');
    raw.write(`event: stream.error\ndata: ${JSON.stringify(known.toBody())}\n\n`);
  } finally {
    raw.end();
  }
}

/** The same events, the first of which was pulled already. */
function startingWith<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncIterator<T> {
  let given = false;
  return {
    next: () => {
      if (given) return rest.next();
      given = true;
      return Promise.resolve(first);
    },
  };
}
