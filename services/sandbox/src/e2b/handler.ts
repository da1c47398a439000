import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { createEnvd, type EnvdDeps, signerOf } from './envd/envd.ts';
import { errorReply, type Reply, send, thrownReply } from './http.ts';
import { notFound, proxyRequest, proxyUpgrade, refuse } from './port-proxy.ts';
import { answerRest, type RestDeps } from './rest/handler.ts';
import { ENVD_PORT, type RequestHead, type Target, targetOf } from './target.ts';

/** What E2B's API needs. */
export interface E2bDeps extends RestDeps, EnvdDeps {
  /** Path before everything, such as `/e2b`; empty where the API has an address of its own. */
  readonly prefix: string;
}

/** E2B's public protocol, for any HTTP server of Node. */
export interface E2bHandler {
  /** Whether a request is for this API: by its path, or by a host or header that names a sandbox. */
  claims(head: RequestHead): boolean;
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  /** For the `upgrade` event: WebSockets to ports of sandboxes. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** Control plane, envd, and the ports of sandboxes, as E2B's SDKs expect them. */
export function createE2bHandler(deps: E2bDeps): E2bHandler {
  const answerEnvd = createEnvd(deps);
  const { sandboxes } = deps;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Reply | undefined> => {
    const target = targetOf(request, deps);
    if (!target) return errorReply(404, 'This address is none of the sandbox API.');
    if (target.kind === 'api') return answerRest(deps, request, target.path);
    const { path } = target;
    const sandbox = await runningOf(target, request.method);
    if (!sandbox) {
      return target.kind === 'sandbox' ? notFound(target.id) : errorReply(401, 'invalid signature');
    }
    cutOff(sandbox, request, response);
    if (target.kind === 'signed' || target.port === ENVD_PORT) await answerEnvd(sandbox, request, response, path);
    else await proxyRequest({ sandbox, port: target.port, path }, request, response);
    return undefined;
  };

  /** The sandbox that is meant, if it runs. A request wakes one that is to be woken by requests. */
  const runningOf = async (
    target: Exclude<Target, { kind: 'api' }>,
    method?: string,
  ): Promise<LiveSandbox | undefined> => {
    const sandbox =
      target.kind === 'sandbox'
        ? sandboxes.find(target.id)
        : signerOf(sandboxes.all(), method, new URL(target.path, 'http://envd'));
    if (sandbox?.state === 'paused' && sandbox.identity.autoResume) {
      await sandboxes.resume(sandbox, sandbox.lastTimeoutMs);
    }
    return sandbox?.state === 'running' ? sandbox : undefined;
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const reply = await answer(request, response);
      if (reply) send(response, reply);
    } catch (error) {
      deps.onError(error);
      send(response, thrownReply(error));
    }
  };

  const passOn = async (
    target: Extract<Target, { kind: 'sandbox' }>,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> => {
    const { id, port, path } = target;
    try {
      const sandbox = await runningOf(target);
      if (sandbox) await proxyUpgrade({ sandbox, port, path }, request, socket, head);
      else refuse(socket, notFound(id));
    } catch (error) {
      deps.onError(error);
      socket.destroy();
    }
  };

  return {
    claims: (head) => targetOf(head, deps) !== undefined,

    request: (request, response) => {
      void respond(request, response);
    },

    upgrade: (request, socket, head) => {
      const target = targetOf(request, deps);
      socket.on('error', () => {
        socket.destroy();
      });
      if (target?.kind !== 'sandbox' || target.port === ENVD_PORT) {
        refuse(socket, errorReply(400, 'Only ports of sandboxes take connections of another protocol.'));
        return;
      }
      void passOn(target, request, socket, head);
    },
  };
}

/**
 * Ends the connection when the sandbox stops: that is how E2B's SDKs learn that it went away under them. They then ask
 * for its health.
 */
function cutOff(sandbox: LiveSandbox, request: IncomingMessage, response: ServerResponse): void {
  const { stopped } = sandbox;
  const cut = (): void => {
    request.socket.destroy();
  };
  stopped.addEventListener('abort', cut, { once: true });
  response.on('close', () => {
    stopped.removeEventListener('abort', cut);
  });
}
