import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ScriptedServer, type Message } from '../testing/scripted-server.ts';
import { openMcp, type TestMcp, until } from '../testing/open-mcp.ts';
import type { HttpSpec } from '../discovery/discovery.ts';
import { egressFetchTo } from './egress-fetch.ts';
import { login } from './login.ts';
import { TokenStore } from './token-store.ts';

/** An MCP server with its authorization server, on one port. Refresh tokens may be used once. */
class Guarded {
  readonly script = new ScriptedServer();
  readonly valid = new Set<string>();
  refresh = '';
  refreshed = 0;
  #count = 0;
  #challenge = '';
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers = {}, body } = await this.#answer(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #tokens(): object {
    this.#count += 1;
    const token = `token-${this.#count}`;
    this.refresh = `refresh-${this.#count}`;
    this.valid.add(token);
    return { access_token: token, token_type: 'Bearer', refresh_token: this.refresh };
  }

  async #answer(
    request: IncomingMessage,
  ): Promise<{ status: number; headers?: Record<string, string>; body?: unknown }> {
    const { origin } = this;
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    if (pathname.startsWith('/.well-known/oauth-protected-resource')) {
      return { status: 200, body: { resource: `${origin}/mcp`, authorization_servers: [origin] } };
    }
    if (pathname === '/.well-known/oauth-authorization-server') {
      const body = {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
      };
      return { status: 200, body };
    }
    if (pathname === '/register')
      return { status: 201, body: { ...(JSON.parse(text) as object), client_id: 'registered' } };
    if (pathname === '/authorize') {
      this.#challenge = searchParams.get('code_challenge') ?? '';
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'the-code');
      back.searchParams.set('state', searchParams.get('state') ?? '');
      return { status: 302, headers: { location: back.href } };
    }
    if (pathname === '/token') {
      const given = new URLSearchParams(text);
      const verifier = given.get('code_verifier') ?? '';
      const proven = createHash('sha256').update(verifier).digest('base64url') === this.#challenge;
      if (given.get('code') === 'the-code' && proven) return { status: 200, body: this.#tokens() };
      if (given.get('refresh_token') === this.refresh && this.refresh !== '') {
        this.refreshed += 1;
        return { status: 200, body: this.#tokens() };
      }
      return { status: 400, body: { error: 'invalid_grant' } };
    }
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    if (!this.valid.has(token)) {
      const where = `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource"`;
      return { status: 401, headers: { 'www-authenticate': where } };
    }
    if (request.method !== 'POST') return { status: 405 };
    const message = JSON.parse(text) as Message;
    let answered: object | undefined;
    await this.script.take(message, (sent) => {
      if ('id' in sent) answered = sent;
    });
    return message.id === undefined ? { status: 202 } : { status: 200, body: answered };
  }
}

let guarded: Guarded;
let mcp: TestMcp | undefined;
let folder: string;

beforeEach(async () => {
  guarded = new Guarded();
  await guarded.listen();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-mcp-login-'));
});
afterEach(async () => {
  await mcp?.close();
  mcp = undefined;
  await guarded.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a login at an MCP server (TL-5)', () => {
  const spec = (): HttpSpec => ({
    type: 'http',
    url: `${guarded.origin}/mcp`,
    headers: {},
    oauth: { grant: 'authorization_code', hosts: [] },
  });
  const logIn = async (
    store: TokenStore,
    browse: (url: URL) => Promise<void>,
    signal = AbortSignal.timeout(20_000),
  ) => {
    const way = egressFetchTo('g', spec());
    try {
      await login({ server: 'g', spec: spec(), store, fetch: way.fetch, show: browse, signal });
    } finally {
      way.close();
    }
  };
  const yes = async (url: URL): Promise<void> => {
    await (await fetch(url)).text();
  };

  it('is wanted, said, made once in a browser, used by the running server, and refreshed once for many calls', async () => {
    mcp = await openMcp({ g: { url: spec().url, oauth: {} } });
    const error = (): string => mcp?.source.status()[0]?.instances[0]?.lastError ?? '';
    await until('a login is wanted', () => error().includes('holdfast mcp login g'));
    const logins = join(mcp.dataDir, 'mcp', 'logins');
    await logIn(new TokenStore(logins), yes);
    expect((await stat(join(logins, 'g.json'))).mode & 0o777).toBe(0o600);
    await until('it is used', () => mcp?.source.status()[0]?.instances[0]?.state === 'ready');
    expect(await mcp.call('mcp__g__echo', { text: 'x' })).toMatchObject({ ok: true });
    guarded.valid.clear();
    const { call } = mcp;
    const many = await Promise.all(Array.from({ length: 8 }, () => call('mcp__g__echo', { text: 'x' })));
    expect(many.every(({ ok }) => ok)).toBe(true);
    expect(guarded.refreshed).toBeGreaterThan(0);
  });

  it('is not made by whoever does not know its state, and can be given up', async () => {
    const stop = new AbortController();
    const store = new TokenStore(folder);
    const stranger = async (url: URL): Promise<void> => {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.search = '?code=the-code&state=guessed';
      expect((await fetch(back)).status).toBe(404);
      stop.abort();
    };
    await expect(logIn(store, stranger, stop.signal)).rejects.toThrow();
    expect((await store.read('g')).tokens).toBeUndefined();
  });
});
