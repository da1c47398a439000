import { Readable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { audited } from '../audit/hook.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import type { ApiContext } from '../api/context.ts';
import { McpCaller } from './caller.ts';
import type { McpEndpoint } from './endpoint.ts';

/** A body as it came: what is no JSON is answered in the words of JSON-RPC. */
interface RawBody {
  readonly text: string;
  readonly parsed: unknown;
}

/**
 * `/mcp`: Holdfast as a server of the Model Context Protocol, by streamable HTTP. In a scope of its own, since its bodies
 * are read in its own way.
 */
export function mcpRoutes(app: App, context: ApiContext): void {
  const { mcp, public_url: publicUrl } = context.deps.config.gateway;
  if (!mcp.enabled) return;
  let closing = false;
  let opening: Promise<McpEndpoint> | undefined;
  const open = (): Promise<McpEndpoint> => {
    opening ??= import('./open.ts').then(({ openMcp }) => openMcp(context, () => closing));
    return opening;
  };
  app.addHook('preClose', async () => {
    closing = true;
    await (await opening)?.close();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    done(null, { text: String(text), parsed: parse(String(text)) } satisfies RawBody);
  });

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    checkMcpOrigin(request, publicUrl, mcp.allowed_origins);
    const body = request.body as RawBody | undefined;
    if (request.audited) audited(request, { target: calledTool(body?.parsed) ?? '' });
    const gone = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const caller = new McpCaller(identityOf(request), request.traceparent);
    const endpoint = await open();
    const response = await endpoint.handle(toWebRequest(request, body, gone.signal), caller, body?.parsed);
    return send(reply, response);
  };
  const schema = { hide: true };
  app.get('/mcp', { config: { access: 'authenticated' }, schema }, handle);
  app.delete('/mcp', { config: { access: 'authenticated', audit: 'mcp.end_session' }, schema }, handle);
  app.post(
    '/mcp',
    {
      config: {
        access: 'authenticated',
        audit: 'mcp.call_tool',
        // Everything else that can be asked here only reads. What was refused before its body was read is entered too.
        auditOnly: ({ body }) => body === undefined || calledTool((body as RawBody).parsed) !== undefined,
      },
      schema,
    },
    handle,
  );
}

/**
 * The protocol has every Origin checked: a page that has its own name resolve to this machine must not get through, with
 * whatever credentials. Programs send none.
 *
 * @throws HoldfastError PERMISSION_DENIED.
 */
function checkMcpOrigin(
  { headers: { origin }, host }: FastifyRequest,
  publicUrl: string | undefined,
  allowed: readonly string[],
): void {
  if (origin === undefined || allowed.includes(origin)) return;
  const from = URL.canParse(origin) ? new URL(origin).host : '';
  if (from !== '' && (from === host || (publicUrl !== undefined && from === new URL(publicUrl).host))) return;
  throw new HoldfastError(
    'PERMISSION_DENIED',
    'This request comes from a page of another site. Nothing was done. Add its origin to gateway.mcp.allowed_origins if it is yours.',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The answer to it says so.
    return undefined;
  }
}

/** The tool that a message calls, the first of a batch; undefined for any other message. */
function calledTool(message: unknown): string | undefined {
  for (const one of [message].flat()) {
    if (typeof one !== 'object' || one === null || !('method' in one) || one.method !== 'tools/call') continue;
    const params: unknown = 'params' in one ? one.params : undefined;
    const name: unknown = typeof params === 'object' && params !== null && 'name' in params ? params.name : '';
    return typeof name === 'string' ? name.slice(0, 320) : '';
  }
  return undefined;
}

function toWebRequest(request: FastifyRequest, body: RawBody | undefined, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    // The key stays here.
    if (value === undefined || name === 'authorization' || name === 'cookie') continue;
    for (const one of [value].flat()) headers.append(name, one);
  }
  return new Request(`http://${request.host}${request.url}`, {
    method: request.method,
    headers,
    signal,
    ...(body === undefined ? {} : { body: body.text }),
  });
}

async function send(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  for (const [name, value] of response.headers) if (name !== 'connection') reply.header(name, value);
  if (!response.body) return reply.send();
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    return reply.send(await response.text());
  }
  return reply.send(Readable.from(response.body));
}
