import { type BrowserApi, browserpb, create, HoldfastError } from '@holdfast/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { RunIdParams } from './run-schema.ts';

const BrowserSchema = z
  .object({
    run_id: z.string(),
    engine: z.enum(['playwright', 'puppeteer']),
    reason: z.string().describe('Why that engine.'),
    url: z.string(),
    title: z.string(),
    opened_at: z.iso.datetime(),
    taken_over: z
      .object({ by: z.string(), at: z.iso.datetime() })
      .nullable()
      .describe('Who has it in place of the agent; null: nobody.'),
  })
  .meta({ id: 'Browser' });

// Made anew for each key: what is shared would become a schema of its own in the document, without a name.
const place = () => z.number().min(0).max(1).describe('A part of the width or height of the picture.');
const modifiers = () =>
  z.number().int().min(0).max(15).default(0).describe('1: Alt, 2: Control, 4: Meta, 8: Shift, added up.');
const MouseSchema = z.strictObject({
  kind: z.literal('mouse'),
  type: z.enum(['move', 'down', 'up', 'wheel']),
  x: place(),
  y: place(),
  button: z.enum(['left', 'middle', 'right']).optional(),
  clicks: z.number().int().min(0).max(3).default(1),
  delta_x: z.number().min(-10_000).max(10_000).default(0).describe('Pixels, of wheel.'),
  delta_y: z.number().min(-10_000).max(10_000).default(0),
  modifiers: modifiers(),
});
const KeySchema = z.strictObject({
  kind: z.literal('key'),
  type: z.enum(['down', 'up']),
  key: z.string().max(50).describe('As in KeyboardEvent.'),
  code: z.string().max(50).default(''),
  text: z.string().max(10).default('').describe('What it types.'),
  key_code: z.number().int().min(0).max(255).default(0),
  modifiers: modifiers(),
});
const TextSchema = z.strictObject({ kind: z.literal('text'), text: z.string().max(10_000) });
const InputsSchema = z.strictObject({
  inputs: z
    .array(z.discriminatedUnion('kind', [MouseSchema, KeySchema, TextSchema]))
    .min(1)
    .max(100),
});

/** A picture that waits for a reader is dropped for the next one: so many bytes may wait. */
const WINDOW_BYTES = 512 * 1024;
const HEARTBEAT_MS = 15_000;

const FrameSchema = z
  .object({
    event: z.literal('frame'),
    data: z.object({ url: z.string(), jpeg: z.base64() }).describe('One line of JSON.'),
  })
  .describe('One picture of the page. Comments (lines that begin with a colon) are heartbeats.');

/** The browsers of runs: look at them, take them over, act, give them back. */
export function browserRoutes(app: App, context: ApiContext): void {
  const browser = (): BrowserApi => {
    const { browser: api } = context.deps;
    if (api) return api;
    throw new HoldfastError('FAILED_PRECONDITION', 'This server runs no browsers.');
  };

  app.get(
    '/browsers',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['browser'],
        summary: 'List the browsers that runs have open',
        response: { 200: z.object({ browsers: z.array(BrowserSchema) }) },
      },
    },
    async (request) => {
      const wanted = create(browserpb.ListBrowsersRequestSchema, { caller: callerOf(request) });
      return { browsers: (await browser().listBrowsers(wanted)).browsers.map(shown) };
    },
  );

  app.post(
    '/runs/:id/browser/take-over',
    {
      config: { access: 'runs:write', audit: 'browser.take_over' },
      schema: {
        tags: ['browser'],
        summary: "Take a run's browser over",
        description: "The agent's calls of the browser wait until it is given back, or their time is over.",
        params: RunIdParams,
        response: { 200: BrowserSchema },
      },
    },
    async (request) => {
      const wanted = { caller: callerOf(request), runId: request.params.id };
      return shown(present((await browser().takeOver(create(browserpb.TakeOverRequestSchema, wanted))).browser));
    },
  );

  app.post(
    '/runs/:id/browser/resume',
    {
      config: { access: 'runs:write', audit: 'browser.resume' },
      schema: {
        tags: ['browser'],
        summary: "Give a run's browser back to its agent",
        params: RunIdParams,
        response: { 200: BrowserSchema },
      },
    },
    async (request) => {
      const wanted = { caller: callerOf(request), runId: request.params.id };
      return shown(present((await browser().resume(create(browserpb.ResumeRequestSchema, wanted))).browser));
    },
  );

  app.post(
    '/runs/:id/browser/input',
    {
      // What is typed stays out of the audit log: it may be a password.
      config: { access: 'runs:write', audit: 'browser.input' },
      schema: {
        tags: ['browser'],
        summary: "Act in a run's browser that was taken over",
        params: RunIdParams,
        body: InputsSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const inputs = request.body.inputs.map(inputOf);
      const wanted = { caller: callerOf(request), runId: request.params.id, inputs };
      await browser().act(create(browserpb.ActRequestSchema, wanted));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/runs/:id/browser/live',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['browser'],
        summary: "Watch a run's browser",
        description: 'Pictures as Server-Sent Events. A reader that is slow misses pictures, never the newest.',
        params: RunIdParams,
        response: { 200: { description: 'The stream.', content: { 'text/event-stream': { schema: FrameSchema } } } },
      },
    },
    async (request, reply) => {
      await live(context, browser(), request, reply, request.params.id);
    },
  );
}

async function live(
  { streams }: ApiContext,
  browser: BrowserApi,
  request: FastifyRequest,
  reply: FastifyReply,
  runId: string,
): Promise<void> {
  const gone = new AbortController();
  const leave = streams.enter(identityOf(request).subject, runId, false, () => gone.abort());
  const { raw } = reply;
  raw.once('close', () => gone.abort());
  let heartbeat: NodeJS.Timeout | undefined;
  try {
    const wanted = create(browserpb.WatchBrowserRequestSchema, { caller: callerOf(request), runId });
    const frames = browser.watchBrowser(wanted, { signal: gone.signal })[Symbol.asyncIterator]();
    // The first one is waited for, so that an error has its status.
    let next = await frames.next();
    reply.hijack();
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    heartbeat = setInterval(() => raw.write(': heartbeat\n\n'), HEARTBEAT_MS);
    for (; !next.done && !gone.signal.aborted; next = await frames.next()) {
      if (raw.writableLength > WINDOW_BYTES) continue;
      const { url, jpeg } = next.value;
      raw.write(`event: frame\ndata: ${JSON.stringify({ url, jpeg: Buffer.from(jpeg).toString('base64') })}\n\n`);
    }
    raw.end();
  } catch (error) {
    if (!reply.raw.headersSent) throw error;
    request.log.warn({ err: error }, 'A live view ended badly.');
    raw.end();
  } finally {
    clearInterval(heartbeat);
    gone.abort();
    leave();
  }
}

function inputOf(input: z.output<typeof InputsSchema>['inputs'][number]): browserpb.InputEvent {
  if (input.kind === 'text') return create(browserpb.InputEventSchema, { kind: { case: 'text', value: input.text } });
  if (input.kind === 'key') {
    const { type, key, code, text, key_code: keyCode, modifiers: held } = input;
    const value = create(browserpb.KeyInputSchema, { type, key, code, text, keyCode, modifiers: held });
    return create(browserpb.InputEventSchema, { kind: { case: 'key', value } });
  }
  const { type, x, y, button = '', clicks, delta_x: deltaX, delta_y: deltaY, modifiers: held } = input;
  const value = create(browserpb.MouseInputSchema, { type, x, y, button, clicks, deltaX, deltaY, modifiers: held });
  return create(browserpb.InputEventSchema, { kind: { case: 'mouse', value } });
}

function present(browser: browserpb.Browser | undefined): browserpb.Browser {
  if (browser) return browser;
  throw new HoldfastError('INTERNAL', 'The tools service answered without the browser.');
}

function shown(browser: browserpb.Browser): z.output<typeof BrowserSchema> {
  const at = (ms: number): string => new Date(ms).toISOString();
  return {
    run_id: browser.runId,
    engine: browser.engine === 'playwright' ? 'playwright' : 'puppeteer',
    reason: browser.reason,
    url: browser.url,
    title: browser.title,
    opened_at: at(browser.openedAt),
    taken_over: browser.takenOverBy === '' ? null : { by: browser.takenOverBy, at: at(browser.takenOverAt) },
  };
}
