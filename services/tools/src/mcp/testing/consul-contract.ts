import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Registered {
  readonly service: string;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly tags: readonly string[];
  passing: boolean;
}

/**
 * Consul's HTTP API as far as the discovery uses it, by its documentation: catalogue, health, blocking queries with
 * X-Consul-Index, tokens. It stands in for Consul, whose binary is in no registry that can be reached from here.
 */
export class ConsulContract {
  readonly #services = new Map<string, Registered>();
  readonly #waiting = new Set<() => void>();
  readonly #token: string | undefined;
  #server: Server | undefined;
  #index = 10;
  #port = 0;
  /** Requests that came, as path and query. */
  readonly asked: string[] = [];

  constructor(token?: string) {
    this.#token = token;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    this.#wake();
  }

  put(service: string, id: string, url: string, tags: readonly string[] = ['mcp']): void {
    const { hostname: address, port, pathname: path } = new URL(url);
    this.#services.set(`${service}/${id}`, { service, id, address, port: Number(port), path, tags, passing: true });
    this.#changed();
  }

  remove(service: string, id: string): void {
    this.#services.delete(`${service}/${id}`);
    this.#changed();
  }

  fail(service: string, id: string): void {
    const found = this.#services.get(`${service}/${id}`);
    if (found) found.passing = false;
    this.#changed();
  }

  /** A restored snapshot: the index goes backwards. */
  resetIndex(): void {
    this.#index = 3;
    this.#wake();
  }

  #changed(): void {
    this.#index += 1;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    this.asked.push(`${url.pathname}${url.search}`);
    if (this.#token !== undefined && request.headers['x-consul-token'] !== this.#token) {
      return void response.writeHead(403).end('Permission denied');
    }
    const index = Number(url.searchParams.get('index') ?? 0);
    const waitMs = Number(/^(\d+)s$/.exec(url.searchParams.get('wait') ?? '')?.[1] ?? 300) * 1000;
    // An index of the past, or of a future that was lost, is answered at once.
    if (index > 0 && index === this.#index) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
        response.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    if (response.destroyed) return;
    const body = this.#bodyOf(url);
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': 'application/json',
      'x-consul-index': String(this.#index),
    });
    response.end(JSON.stringify(body ?? {}));
  }

  #bodyOf(url: URL): unknown {
    const all = [...this.#services.values()];
    if (url.pathname === '/v1/catalog/services') {
      return { consul: [], ...Object.fromEntries(all.map(({ service, tags }) => [service, tags])) };
    }
    const service = /^\/v1\/health\/service\/(.+)$/.exec(url.pathname)?.[1];
    if (service === undefined) return undefined;
    const tag = url.searchParams.get('tag');
    return all
      .filter((one) => one.service === decodeURIComponent(service) && (tag === null || one.tags.includes(tag)))
      .filter(({ passing }) => passing || !url.searchParams.has('passing'))
      .map(({ id, address, port, path }) => ({
        Node: { Node: 'node-1', Address: '127.0.0.1' },
        Service: { ID: id, Address: address, Port: port, Meta: { path } },
      }));
  }
}
