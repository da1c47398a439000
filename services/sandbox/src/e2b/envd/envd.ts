import type { IncomingMessage, ServerResponse } from 'node:http';

import { createContextValues } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { filesystempb, HoldfastError, processpb } from '@holdfast/protocol';

import type { LiveSandbox } from '../../sandboxes/live-sandbox.ts';
import { errorReply, type Reply, send, thrownReply } from '../http.ts';
import { compose, download, upload } from './file-routes.ts';
import { createFilesystemService } from './filesystem-service.ts';
import { processService } from './process-service.ts';
import { SANDBOX_KEY } from './rpc.ts';
import { sameSecret, signatureOf, type SignedAccess } from './signature.ts';

const MESSAGE_BYTES = 16 * 1024 * 1024;
const MIB = 1024 * 1024;

/** What envd takes from the outside. */
export interface EnvdDeps {
  /** Unguessable, letters and digits. */
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** For what is a defect of ours. */
  readonly onError: (error: unknown) => void;
}

/** Answers a request to envd in one sandbox. `path` has the query with it. */
export type AnswerEnvd = (
  sandbox: LiveSandbox,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<void>;

/** E2B's envd: the part of its protocol that talks with one sandbox. */
export function createEnvd(deps: EnvdDeps): AnswerEnvd {
  const sandboxes = new WeakMap<IncomingMessage, LiveSandbox>();
  const rpc = connectNodeAdapter({
    routes: (router) => {
      router.service(processpb.Process, processService);
      router.service(filesystempb.Filesystem, createFilesystemService(deps.newId));
    },
    contextValues: (request) => createContextValues().set(SANDBOX_KEY, sandboxes.get(request as IncomingMessage)),
    readMaxBytes: MESSAGE_BYTES,
  });

  const answer = async (
    sandbox: LiveSandbox,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<Reply | undefined> => {
    const query = url.searchParams;
    const refusal = refusalOf(sandbox, request, url, deps.now());
    if (refusal !== undefined) return errorReply(401, refusal);
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /health':
        return { status: 204 };
      case 'GET /metrics':
        return { status: 200, body: metricsOf(sandbox) };
      case 'GET /envs':
        return { status: 200, body: sandbox.identity.env };
      case 'GET /files':
        await download(sandbox.files, query, request, response);
        return undefined;
      case 'POST /files':
        return upload(sandbox.files, query, request);
      case 'POST /files/compose':
        return compose(sandbox.files, request, deps.newId);
      default:
        request.url = url.pathname + url.search;
        sandboxes.set(request, sandbox);
        rpc(request, response);
        return undefined;
    }
  };

  return async (sandbox, request, response, path) => {
    try {
      const reply = await answer(sandbox, request, response, new URL(path, 'http://envd'));
      if (reply) send(response, reply);
    } catch (error) {
      const reply = thrownReply(error);
      if (reply.status === 500 && !request.destroyed) deps.onError(error);
      // Half a file must not look like a whole one.
      if (response.headersSent) response.destroy();
      else send(response, reply);
    }
  };
}

/**
 * The sandbox whose token made the signature of this URL: the SDKs leave out which one it is where they are given an
 * address of their own.
 */
export function signerOf(
  sandboxes: Iterable<LiveSandbox>,
  method: string | undefined,
  url: URL,
): LiveSandbox | undefined {
  const { access, signature } = signedOf(method, url.searchParams);
  for (const sandbox of sandboxes) {
    if (sameSecret(signature, signatureOf(access, sandbox.identity.accessToken))) return sandbox;
  }
  return undefined;
}

/** Why a request may not come in; undefined where it may. */
function refusalOf(sandbox: LiveSandbox, request: IncomingMessage, url: URL, now: number): string | undefined {
  if (url.pathname === '/health') return undefined;
  const { accessToken } = sandbox.identity;
  const given = request.headers['x-access-token'];
  if (given !== undefined) {
    return sameSecret(given.toString(), accessToken) ? undefined : 'The access token is not that of this sandbox.';
  }
  if (url.pathname !== '/files') return 'The access token of the sandbox is needed (X-Access-Token).';
  const { access, signature } = signedOf(request.method, url.searchParams);
  if (signature === '') return 'The access token of the sandbox is needed, or a signature.';
  if (!sameSecret(signature, signatureOf(access, accessToken))) return 'invalid signature';
  if (access.expiration !== undefined && !(Number(access.expiration) >= now / 1000)) {
    return 'signature is already expired';
  }
  return undefined;
}

function signedOf(
  method: string | undefined,
  query: URLSearchParams,
): { readonly access: SignedAccess; readonly signature: string } {
  const expiration = query.get('signature_expiration');
  return {
    signature: query.get('signature') ?? '',
    access: {
      path: query.get('path') ?? '',
      operation: method === 'POST' ? 'write' : 'read',
      username: query.get('username') ?? '',
      ...(expiration === null ? {} : { expiration }),
    },
  };
}

function metricsOf(sandbox: LiveSandbox): Record<string, number> {
  const sample = sandbox.usage.samples().at(-1);
  if (!sample) throw new HoldfastError('UNAVAILABLE', 'The sandbox was not measured yet; ask again in a second.');
  return {
    ts: Math.floor(sample.at / 1000),
    cpu_count: Math.max(1, Math.ceil(sample.cpus)),
    cpu_used_pct: sample.cpuPercent,
    mem_total: sample.memoryLimit,
    mem_used: sample.memoryBytes,
    mem_cache: sample.cacheBytes,
    mem_total_mib: Math.floor(sample.memoryLimit / MIB),
    mem_used_mib: Math.floor(sample.memoryBytes / MIB),
    disk_used: sample.diskBytes,
    disk_total: sample.diskLimit,
  };
}
