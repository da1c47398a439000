import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { eventually, makeIdentity, PUBLIC, rules, run, startHttp, startHttps, startWorld, talk } from './testing.ts';

const SIZE = 32 * 1024 * 1024;

describe('what passes through the egress proxy (SB-3)', () => {
  it('arrives unchanged: large bodies up and down, over HTTP with 100-continue and over TLS', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-egress-'));
    const file = join(folder, 'body');
    const body = randomBytes(SIZE);
    await writeFile(file, body);
    const echo = (request: NodeJS.ReadableStream, response: NodeJS.WritableStream) => void request.pipe(response);
    await using identity = await makeIdentity(['example.org']);
    await using plain = await startHttp(echo);
    await using secure = await startHttps(identity, echo);
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: plain.port, 443: secure.port },
    });
    for (const [scheme, how] of [
      ['http', []],
      ['http', ['-H', 'Transfer-Encoding: chunked']],
      ['http', ['-p']],
      ['https', []],
    ] as const) {
      const copy = join(folder, 'copy');
      const ran = await run('curl', [
        '-sS',
        '--cacert',
        identity.certFile,
        '-x',
        world.url,
        ...how,
        '--data-binary',
        `@${file}`,
        '-o',
        copy,
        `${scheme}://example.org/`,
      ]);
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      const sum = await run('sha256sum', [copy]);
      expect(sum.stdout).toContain(createHash('sha256').update(body).digest('hex'));
    }
    await rm(folder, { recursive: true });
    expect(world.context.counters().bytesUp).toBeGreaterThan(4 * SIZE);
    expect(world.problems).toEqual([]);
  });

  it('may be answered before it has been read: a refusal of the proxy or the server reaches the client', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-egress-'));
    const file = join(folder, 'body');
    await writeFile(file, Buffer.alloc(SIZE));
    await using server = await startHttp((_request, response) => response.writeHead(413).end('too much'));
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    const post = (url: string) =>
      run('curl', ['-sS', '-x', world.url, '-H', 'Expect:', '--data-binary', `@${file}`, '-w', ' %{http_code}', url]);
    expect(await post('http://example.org/')).toMatchObject({ code: 0, stdout: 'too much 413' });
    expect(await post('http://evil.test/')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/is not in.* 403$/s),
    });
    await rm(folder, { recursive: true });
  });

  it('keeps methods, statuses, empty bodies and repeated headers as they are', async () => {
    await using server = await startHttp((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, 'As It Is', [
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'X-Method',
        request.method ?? '',
        'X-Length',
        request.headers['content-length'] ?? '-',
      ]);
      response.end(request.method === 'HEAD' || status === 204 || status === 304 ? undefined : 'body');
    });
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    const cases = [
      ['GET', 200, '-'],
      ['HEAD', 200, '-'],
      ['POST', 201, '0'],
      ['DELETE', 204, '-'],
      ['OPTIONS', 304, '-'],
      ['PUT', 500, '0'],
    ] as const;
    for (const [method, status, length] of cases) {
      const heard = await talk(world.port, [
        `${method} http://example.org/${status} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n`,
      ]);
      expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} As It Is\r\n`));
      expect(heard).toMatch(/Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n/);
      expect(heard).toContain(`X-Method: ${method}\r\nX-Length: ${length}\r\n`);
    }
  });

  it('may be a WebSocket over plain HTTP, asked for directly or in a tunnel, and a refusal of the server passes too', async () => {
    await using server = await startHttp(
      (_request, response) => response.writeHead(403).end('not here'),
      (http) =>
        http.on('upgrade', (request, socket) => {
          if (request.url === '/no') {
            socket.end('HTTP/1.1 401 Who Are You\r\nContent-Length: 5\r\n\r\nwho?\n');
            return;
          }
          socket.write(
            `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\nfirst`,
          );
          socket.on('data', (chunk) => socket.write(`<${chunk.toString()}>`));
          socket.on('end', () => socket.end());
        }),
    );
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    const ask = (url: string, host = 'example.org') =>
      `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n`;
    for (const opening of [[ask('ws://example.org/chat')], ['CONNECT example.org:80 HTTP/1.1\r\n\r\n', ask('/chat')]]) {
      const socket = connect({ host: '127.0.0.1', port: world.port });
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk.toString()));
      for (const piece of opening) socket.write(piece);
      await eventually(() => heard.endsWith('first'));
      expect(heard).toContain('HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n');
      socket.write('frame');
      await eventually(() => heard.endsWith('<frame>'));
      socket.end();
      await eventually(() => socket.closed);
    }
    expect(await talk(world.port, [ask('http://example.org/no')], /who\?/)).toMatch(
      /^HTTP\/1\.1 401 Who Are You\r\n.*who\?\n$/s,
    );
    expect(await talk(world.port, [ask('http://evil.test/chat', 'evil.test')])).toMatch(
      /^HTTP\/1\.1 403 evil\.test:80 is not in/,
    );
    await eventually(() => world.records.filter(({ stage }) => stage === 'ended').length === 5);
    expect(world.problems).toEqual([]);
  });

  it('comes on any stream, not only on sockets: requests, tunnels and WebSockets through a pair of streams', async () => {
    await using server = await startHttp(
      (request, response) => response.end(`<${request.url}>`),
      (http) =>
        http.on('upgrade', (_request, socket) =>
          socket.end('HTTP/1.1 101 Hi\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nframe'),
        ),
    );
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    const get = (url: string, more = '') => `GET ${url} HTTP/1.1\r\nHost: example.org\r\n${more}\r\n`;
    const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\n';
    const cases = [
      [[get('http://example.org/1'), get('http://example.org/2', 'Connection: close\r\n')], /<\/1>.*<\/2>$/s],
      [
        ['CONNECT example.org:80 HTTP/1.1\r\n\r\n', get('/1'), get('/2', 'Connection: close\r\n')],
        / 200 .*<\/1>.*<\/2>$/s,
      ],
      [[get('ws://example.org/', upgrade)], / 101 .*frame$/s],
      [['CONNECT evil.test:443 HTTP/1.1\r\n\r\n'], / 403 .*is not in/s],
      [['\u0000\u0001'], / 400 /],
    ] as const;
    for (const [pieces, expected] of cases) {
      const [client, inside] = duplexPair();
      let heard = '';
      client.on('data', (chunk) => (heard += chunk.toString()));
      world.egress.handle(inside, world.context);
      for (const piece of pieces) client.write(piece);
      await once(client, 'end');
      expect(heard).toMatch(expected);
      client.end();
      await eventually(() => inside.closed);
    }
    await eventually(() => world.context.counters().connectionsOpen === 0);
    expect(world.problems).toEqual([]);
  });

  it('a server that breaks off, or speaks no HTTP, is 502 or a response that is not whole', async () => {
    await using server = await startHttp((request, response) => {
      if (request.url === '/nonsense') request.socket.end('nonsense\r\n\r\n');
      else if (request.url === '/101') request.socket.end('HTTP/1.1 101 Unasked\r\n\r\n');
      else if (request.url === '/upgrade')
        request.socket.end('HTTP/1.1 101 Unasked\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
      else if (request.url === '/nothing') request.socket.destroy();
      else response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroy());
    });
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    const get = (path: string) =>
      talk(world.port, [`GET http://example.org/${path} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n`]);
    for (const path of ['nonsense', 'nothing', '101', 'upgrade']) expect(await get(path)).toMatch(/^HTTP\/1\.1 502 /);
    expect(await get('half')).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhalf$/s);
    await eventually(() => world.records.filter(({ stage }) => stage === 'ended').length === 5);
    expect(world.records.filter(({ stage, reason }) => stage === 'ended' && reason !== '')).toHaveLength(5);
  });

  it('listens on a Unix socket too, and says so when it cannot', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-egress-'));
    await using world = await startWorld({ rules: rules([]) });
    const path = join(folder, 'proxy.sock');
    const listener = await world.egress.listen({ path }, world.context);
    const ran = await run('curl', [
      '-sS',
      '--unix-socket',
      path,
      '-H',
      'Host: evil.test',
      '--request-target',
      'http://evil.test/',
      'http://evil.test/',
    ]);
    expect(ran.stdout).toContain('is not in sandbox.egress.allow');
    await expect(world.egress.listen({ path }, world.context)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await listener.close();
    await rm(folder, { recursive: true });
  });
});
