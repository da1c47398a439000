import type { App } from './app.ts';
import { answerClientError } from './errors.ts';

/**
 * Bounds how long the body of a request may take to arrive, but for routes that say `slowBody`. The server itself knows
 * one bound for all of them, and a large upload over a slow line takes its time.
 *
 * @param ms from the arrival of the headers
 */
export function boundBodies(app: App, ms: number): void {
  app.addHook('onRequest', async (request, reply) => {
    const { headers, raw, routeOptions } = request;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    if (!hasBody || routeOptions.config.slowBody === true) return;
    const timer = setTimeout(() => {
      if (raw.complete) return;
      if (reply.sent) raw.socket.destroy();
      else answerClientError(Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket);
    }, ms);
    raw.once('close', () => clearTimeout(timer));
  });
}
