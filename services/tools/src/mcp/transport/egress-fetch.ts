import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type Duplex, duplexPair, Readable } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';

import { compilePolicy, createEgress, type Egress, type EgressContext } from '@holdfast/egress';
import { HoldfastError } from '@holdfast/protocol';
import { systemClock } from '@holdfast/telemetry';

import type { HttpSpec } from '../discovery/discovery.ts';

/** `fetch` that reaches only what an egress policy allows. Redirects are handed back, never followed. */
export interface EgressFetch {
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** Ends all its connections. */
  close(): void;
}

const HOUR_MS = 3_600_000;

/**
 * Makes the way out for one server: exactly the host and port of its URL, also where that is private; with OAuth also
 * everything public on the web's ports, and the private hosts that its entry names, since the server says where its
 * authorization server is.
 */
export function egressFetchFor(egress: Egress, server: string, { url, oauth }: HttpSpec): EgressFetch {
  const { hostname, port, protocol } = new URL(url);
  const own = `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
  const privately = [own, ...(oauth?.hosts ?? [])];
  const rules = {
    allow: oauth ? [...privately, '*'] : [own],
    deny: [],
    allow_private: privately,
    // TLS to an address names no server.
    allow_no_sni: isIP(hostname.replace(/^\[|\]$/g, '')) !== 0,
  };
  const context = egress.context({
    id: `mcp:${server}`,
    policy: compilePolicy(rules, `mcpServers.${server}`),
    limits: { idleMs: HOUR_MS, totalMs: 24 * HOUR_MS, totalBytes: Number.MAX_SAFE_INTEGER, connections: 512 },
  });
  return egressFetch(egress, context);
}

/** The same for a program that has no egress proxy of its own, such as the command line. */
export function egressFetchTo(server: string, spec: HttpSpec): EgressFetch {
  const policy = compilePolicy({ allow: [], deny: [], allow_private: [], allow_no_sni: false }, 'mcpServers');
  const none = (): void => undefined;
  return egressFetchFor(createEgress({ policy, clock: systemClock, onDecision: none, problem: none }), server, spec);
}

/** A `fetch` whose connections all go through the proxy, in this process, without a port of its own. */
export function egressFetch(egress: Egress, context: EgressContext): EgressFetch {
  const plain = new TunnelHttpAgent(egress, context);
  const secure = new TunnelHttpsAgent(egress, context);
  return {
    async fetch(url, init = {}) {
      const { signal: givenSignal, ...rest } = init;
      const wanted = new Request(url, rest);
      const signal = givenSignal ?? undefined;
      signal?.throwIfAborted();
      const body = wanted.body === null ? undefined : Buffer.from(await wanted.arrayBuffer());
      const headers: Record<string, string> = Object.fromEntries(wanted.headers);
      if (body) headers['content-length'] = String(body.length);
      const options = { method: wanted.method, headers, ...(signal ? { signal } : {}) };
      const { protocol } = new URL(wanted.url);
      const request =
        protocol === 'https:'
          ? httpsRequest(wanted.url, { ...options, agent: secure })
          : httpRequest(wanted.url, { ...options, agent: plain });
      const response = await answered(request, body);
      const { statusCode: status = 502 } = response;
      if (init.redirect === 'error' && status >= 300 && status < 400 && response.headers.location !== undefined) {
        response.destroy();
        throw new TypeError(`${wanted.url} answered with a redirect.`);
      }
      return toResponse(response, status);
    },
    close() {
      plain.destroy();
      secure.destroy();
      context.close();
    },
  };
}

function answered(request: ClientRequest, body: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

const WITHOUT_BODY = new Set([204, 205, 304]);

function toResponse(message: IncomingMessage, status: number): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  if (WITHOUT_BODY.has(status)) {
    message.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(message) as ReadableStream<Uint8Array<ArrayBuffer>>, { status, headers });
}

type Made = (error: Error | null, stream: Duplex) => void;
interface Wanted {
  readonly host?: string | null | undefined;
  readonly port?: number | string | null | undefined;
  readonly servername?: string | undefined;
}

class TunnelHttpAgent extends HttpAgent {
  readonly #open: (wanted: Wanted) => Promise<Duplex>;

  constructor(egress: Egress, context: EgressContext) {
    super({ keepAlive: true, maxFreeSockets: 8 });
    this.#open = (wanted) => tunnel(egress, context, wanted);
  }

  override createConnection(wanted: Wanted, made: Made): undefined {
    this.#open(wanted).then((stream) => made(null, stream), failed(made));
  }
}

class TunnelHttpsAgent extends HttpsAgent {
  readonly #open: (wanted: Wanted) => Promise<Duplex>;

  constructor(egress: Egress, context: EgressContext) {
    super({ keepAlive: true, maxFreeSockets: 8 });
    this.#open = (wanted) => tunnel(egress, context, wanted);
  }

  override createConnection(wanted: Wanted, made: Made): undefined {
    const name = wanted.servername ?? wanted.host ?? '';
    const secured = (socket: Duplex): void =>
      made(null, tlsConnect({ socket, host: wanted.host ?? '', ...(isIP(name) === 0 ? { servername: name } : {}) }));
    this.#open(wanted).then(secured, failed(made));
  }
}

/** Node's own type of the callback wants a stream also where there is an error. */
function failed(made: Made): (error: unknown) => void {
  return (error) => (made as (error: Error) => void)(error instanceof Error ? error : new Error(String(error)));
}

/** What an agent expects of what it keeps. A stream in memory holds no event loop open. */
function likeSocket(stream: Duplex): Duplex {
  const none = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  stream.once('close', () => clearTimeout(timer));
  return Object.assign(stream, {
    ref: none,
    unref: none,
    setKeepAlive: none,
    setTimeout(ms: number): void {
      clearTimeout(timer);
      if (ms > 0) timer = setTimeout(() => stream.emit('timeout'), ms).unref();
    },
  });
}

/** A connection to a host through the proxy. @throws HoldfastError REFUSED by the policy, UNAVAILABLE otherwise. */
async function tunnel(egress: Egress, context: EgressContext, { host, port }: Wanted): Promise<Duplex> {
  const [pair, theirs] = duplexPair();
  const ours = likeSocket(pair);
  egress.handle(theirs, context);
  const name = host ?? '';
  const target = `${isIP(name) === 6 ? `[${name}]` : name}:${port ?? 80}`;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method: 'CONNECT',
      path: target,
      headers: { host: target },
      createConnection: () => ours,
    });
    request.on('error', reject);
    request.on('connect', (response, stream, head) => {
      if (response.statusCode === 200) {
        if (head.length > 0) stream.unshift(head);
        resolve(stream);
        return;
      }
      const parts: Buffer[] = [head];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('error', reject);
      stream.on('end', () => {
        const why = Buffer.concat(parts).toString('utf8').trim().slice(0, 500);
        const code = response.statusCode === 403 ? 'REFUSED' : 'UNAVAILABLE';
        reject(new HoldfastError(code, why === '' ? `${target} cannot be reached (${response.statusCode}).` : why));
      });
    });
    request.end();
  });
}
