import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { HoldfastError } from '@holdfast/protocol';

import type { Metrics } from './metrics.ts';

/** The address for Prometheus. */
export interface MetricsServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Where to listen: `port` 0 takes a free one. */
export interface ServeMetricsOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  /** Told when a page could not be made. */
  readonly problem: (error: unknown) => void;
}

/**
 * Serves `GET /metrics`, and nothing else, on a port of its own, so that it need not be reachable where users are.
 *
 * @throws HoldfastError CONFIG_INVALID when the port is taken or may not be used.
 */
export async function serveMetrics(options: ServeMetricsOptions): Promise<MetricsServer> {
  const { host, metrics, problem } = options;
  const answer: RequestListener = (request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (path !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Metrics are at /metrics.\n');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    metrics.render().then(
      ({ contentType, body }) => response.writeHead(200, { 'content-type': contentType }).end(body),
      (error: unknown) => {
        problem(error);
        response.writeHead(500, { 'content-type': 'text/plain' }).end('The metrics could not be read; see the log.\n');
      },
    );
  };
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(host, options.port, error)));
    server.listen(options.port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): HoldfastError {
  const why =
    error.code === 'EADDRINUSE'
      ? 'another process uses it'
      : error.code === 'EACCES'
        ? 'this user may not use it'
        : (error.code ?? error.message);
  return new HoldfastError(
    'CONFIG_INVALID',
    `The metrics cannot be served on ${host}:${port}: ${why}. Set telemetry.metrics.port (HOLDFAST_TELEMETRY__METRICS__PORT) to another port, 0 for any free one.`,
    { cause: error, details: { key: 'telemetry.metrics.port' } },
  );
}
