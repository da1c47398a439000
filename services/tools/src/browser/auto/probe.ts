import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What a look at an address by plain HTTP gave. */
export type Probe =
  | {
      readonly answered: true;
      readonly status: number;
      /** Without parameters; empty where none was said. */
      readonly contentType: string;
      /** It is to be saved, not shown. */
      readonly attachment: boolean;
      /** The beginning of the answer, as text. */
      readonly head: string;
      /** `head` is all of it. */
      readonly complete: boolean;
    }
  | { readonly answered: false; readonly why: string };

/** How {@link probe} looks. */
export interface ProbeOptions {
  /** The run's own way out, `http://127.0.0.1:<port>`: nothing is ever reached without it. */
  readonly proxyUrl: string;
  readonly signal: AbortSignal;
  /** Milliseconds in all. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 4000;
/** As much is read; what a page is shows in its beginning. */
const HEAD_BYTES = 64 * 1024;
const MAX_REDIRECTS = 5;
const HEADERS = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-encoding': 'identity',
  'user-agent': 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
};

/**
 * Looks at an address by one GET, with at most a few redirects and a bounded answer, through the proxy and never around
 * it. What goes wrong is an answer, too: only `signal` is thrown.
 */
export async function probe(url: string, options: ProbeOptions): Promise<Probe> {
  const { proxyUrl, signal, timeoutMs = TIMEOUT_MS } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([timeout, signal]);
  const proxyEnv = { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl };
  const agents = { http: new HttpAgent({ proxyEnv }), https: new HttpsAgent({ proxyEnv }) };
  try {
    return await follow(url, agents, either);
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return { answered: false, why: `it did not answer within ${timeoutMs} ms` };
    const { code } = error as { code?: unknown };
    return { answered: false, why: `it could not be reached${typeof code === 'string' ? ` (${code})` : ''}` };
  } finally {
    agents.http.destroy();
    agents.https.destroy();
  }
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

async function follow(url: string, agents: Agents, signal: AbortSignal): Promise<Probe> {
  let at = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const parsed = URL.parse(at);
    if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
      return { answered: false, why: 'it leads to an address that is not of the web' };
    }
    const response = await ask(parsed, agents, signal);
    const { location } = response.headers;
    const status = response.statusCode ?? 0;
    if (status < 300 || status > 399 || location === undefined) return read(response, status);
    response.destroy();
    at = URL.parse(location, parsed)?.href ?? '';
  }
  return { answered: false, why: 'it redirects again and again' };
}

function ask(url: URL, agents: Agents, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A name and a password in the address are for the browser.
    const target = new URL(url);
    target.username = '';
    target.password = '';
    const request: ClientRequest =
      target.protocol === 'https:'
        ? httpsRequest(target, { agent: agents.https, headers: HEADERS, signal })
        : httpRequest(target, { agent: agents.http, headers: HEADERS, signal });
    request.once('response', resolve).once('error', reject).end();
  });
}

async function read(response: IncomingMessage, status: number): Promise<Probe> {
  const contentType = (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const attachment = /^\s*attachment\b/i.test(response.headers['content-disposition'] ?? '');
  const chunks: Buffer[] = [];
  let bytes = 0;
  let complete = true;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > HEAD_BYTES) {
      complete = false;
      break;
    }
  }
  const head = Buffer.concat(chunks).subarray(0, HEAD_BYTES).toString();
  return { answered: true, status, contentType, attachment, head, complete };
}
