import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { duplexPair } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { eventually, PUBLIC, rules, run, startHttp, startTcp, startWorld, talk, type World } from './testing.ts';

const MIB = 1024 * 1024;
const RAW = rules([{ host: 'raw.test:9', raw: true }, 'example.org']);
const NAMES = { 'raw.test': [PUBLIC], 'example.org': [PUBLIC] };
const CONNECT_RAW = 'CONNECT raw.test:9 HTTP/1.1\r\n\r\n';

async function openTunnel(world: World): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: world.port });
  socket.on('error', () => undefined);
  socket.write(CONNECT_RAW);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain(' 200 ');
  return socket;
}

describe('limits and counters of the egress proxy (SB-3)', () => {
  it('bytes: a tunnel is cut before the byte too many, and what comes after is answered with 429', async () => {
    let received = 0;
    await using server = await startTcp((socket) => socket.on('data', (chunk) => (received += chunk.length)));
    await using world = await startWorld({
      rules: RAW,
      names: NAMES,
      ports: { 9: server.port },
      init: { limits: { totalBytes: 2 * MIB } },
    });
    const socket = await openTunnel(world);
    socket.write(Buffer.alloc(8 * MIB));
    await eventually(() => socket.closed);
    await eventually(() => world.records.length === 2);
    const { bytesUp } = world.context.counters();
    expect(bytesUp).toBeLessThanOrEqual(2 * MIB);
    expect(received).toBeLessThanOrEqual(bytesUp);
    expect(world.records[1]).toMatchObject({
      verdict: 'deny',
      rule: 'limit',
      bytesUp,
      reason: `the limit of ${2 * MIB} bytes in all is reached`,
    });
    await using other = await startWorld({
      rules: RAW,
      names: NAMES,
      ports: { 9: server.port },
      init: { limits: { totalBytes: 0 } },
    });
    expect(await talk(other.port, [CONNECT_RAW])).toMatch(/^HTTP\/1\.1 429 /);
    expect(other.resolved).toEqual([]);
  });

  it('bytes: a download over HTTP is cut in the middle, and the client sees that it is not whole', async () => {
    await using server = await startHttp((_request, response) => response.end(Buffer.alloc(8 * MIB)));
    await using world = await startWorld({
      rules: RAW,
      names: NAMES,
      ports: { 80: server.port },
      init: { limits: { totalBytes: MIB } },
    });
    const ran = await run('curl', [
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code} %{size_download}',
      '-x',
      world.url,
      'http://example.org/',
    ]);
    expect(ran.code).not.toBe(0);
    expect(Number(ran.stdout.split(' ')[1])).toBeLessThanOrEqual(MIB);
    await eventually(() => world.records.length === 2);
    expect(world.records[1]).toMatchObject({ verdict: 'deny', rule: 'limit' });
  });

  it('connections: one too many is answered with 429, and finds a place when another has ended', async () => {
    await using server = await startTcp((socket) => socket.pipe(socket));
    await using world = await startWorld({
      rules: RAW,
      names: NAMES,
      ports: { 9: server.port },
      init: { limits: { connections: 2 } },
      options: { limitKeys: { connections: 'sandbox.egress.connections' } },
    });
    const first = await openTunnel(world);
    await openTunnel(world);
    expect(await talk(world.port, [CONNECT_RAW])).toMatch(
      /^HTTP\/1\.1 429 the limit of 2 connections at once is reached.*can change sandbox\.egress\.connections\./s,
    );
    expect(world.context.counters()).toMatchObject({ connectionsOpen: 2, connectionsTotal: 3, denied: 1 });
    first.destroy();
    await eventually(() => world.context.counters().connectionsOpen === 1);
    await openTunnel(world);
  });

  it('idle and total time: silent tunnels, clients that send nothing, and those that never stop are ended', async () => {
    await using server = await startTcp((socket) => socket.pipe(socket));
    const start = (limits: object) =>
      startWorld({ rules: RAW, names: NAMES, ports: { 9: server.port }, init: { limits } });
    await using idle = await start({ idleMs: 50 });
    const silent = await openTunnel(idle);
    await eventually(() => silent.closed);
    await eventually(() => idle.records.length === 2);
    expect(idle.records[1]).toMatchObject({ verdict: 'allow', reason: 'no byte passed for 50 ms' });
    expect(await talk(idle.port, [])).toBe('');
    expect(await talk(idle.port, ['GET http://exa'])).toBe('');
    await using total = await start({ totalMs: 100 });
    const socket = await openTunnel(total);
    const busy = setInterval(() => socket.write('x'), 10);
    await eventually(() => socket.closed);
    clearInterval(busy);
    await eventually(() => total.records.length === 2);
    expect(total.records[1]?.reason).toContain('after 100 ms, the longest that is allowed');
  });

  it('time to connect: a resolver or a server that does not answer is 504', async () => {
    const limits = { connectMs: 50 };
    const never = () => new Promise<never>(() => undefined);
    await using slowName = await startWorld({ rules: RAW, names: { 'raw.test': never }, init: { limits } });
    expect(await talk(slowName.port, [CONNECT_RAW])).toMatch(
      /^HTTP\/1\.1 504 raw\.test could not be resolved within 50 ms/,
    );
    const dial = (_address: string, _port: number, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await using slowServer = await startWorld({ rules: RAW, names: NAMES, init: { limits }, options: { dial } });
    expect(await talk(slowServer.port, [CONNECT_RAW])).toMatch(
      /^HTTP\/1\.1 504 raw\.test:9 cannot be reached \(93\.184\.216\.34: no answer\)/,
    );
  });

  it('time: a server that takes the request and never answers is 504', async () => {
    await using server = await startTcp((socket) => socket.resume());
    await using world = await startWorld({
      rules: RAW,
      names: NAMES,
      ports: { 80: server.port },
      init: { limits: { idleMs: 50 } },
    });
    expect(await talk(world.port, ['GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n'])).toMatch(
      /^HTTP\/1\.1 504 no byte passed for 50 ms/,
    );
  });

  it('back-pressure: a side that does not read stops the other, at a bounded amount', async () => {
    let sent = 0;
    await using server = await startTcp((socket) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
      };
      socket.on('drain', more);
      more();
    });
    // A pair of streams in memory: no kernel buffers on the client's side, as through a tunnel of a sandbox.
    await using world = await startWorld({ rules: RAW, names: NAMES, ports: { 9: server.port } });
    const [client, inside] = duplexPair();
    world.egress.handle(inside, world.context);
    client.write(CONNECT_RAW);
    await once(client, 'readable');
    let before = -1;
    while (before !== world.context.counters().bytesDown || before === 0) {
      before = world.context.counters().bytesDown;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(before).toBeLessThan(MIB);
    client.resume();
    await eventually(() => world.context.counters().bytesDown > 16 * MIB);
    world.context.close();
    await eventually(() => world.records.length === 2);
    expect(sent).toBeGreaterThan(16 * MIB);
  });

  it('contexts: closing one ends its streams and takes no more; another goes on, with its own policy and figures', async () => {
    await using server = await startTcp((socket) => socket.pipe(socket));
    await using world = await startWorld({ rules: RAW, names: NAMES, ports: { 9: server.port } });
    const other = world.egress.context({ id: 'box-2' });
    const listener = await world.egress.listen({ port: 0 }, other);
    const socket = await openTunnel(world);
    const kept = connect({ host: '127.0.0.1', port: listener.port });
    kept.write(CONNECT_RAW);
    await once(kept, 'data');
    world.context.close();
    await eventually(() => socket.closed);
    expect(await talk(world.port, [CONNECT_RAW])).toBe('');
    kept.write('still here');
    const [echo] = (await once(kept, 'data')) as [Buffer];
    expect(echo.toString()).toBe('still here');
    await eventually(() => world.records.some(({ context, stage }) => context === 'box-1' && stage === 'ended'));
    expect(world.records.find(({ stage }) => stage === 'ended')?.reason).toBe('its context was closed');
    expect([world.context.counters().connectionsOpen, other.counters().connectionsOpen]).toEqual([0, 1]);
    expect(other.counters()).toMatchObject({ bytesUp: 10, bytesDown: 10, requests: 1 });
    other.close();
    await listener.close();
  });
});
