import { connect as tcpConnect, type Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import {
  eventually,
  makeIdentity,
  PUBLIC,
  rules,
  run,
  startHttps,
  startTcp,
  startHttp,
  startWorld,
  talk,
} from './testing.ts';
import { inRecords, madeHello, realHello, serverNames } from './tls/testing.ts';

const connectTo = (authority: string) => `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
const ESTABLISHED = /^HTTP\/1\.1 200 Connection established\r\n\r\n/;
/** The fatal alert unrecognized_name. */
const ALERT = '\u0015\u0003\u0003\u0000\u0002\u0002p';

describe('tunnels through the egress proxy (SB-3)', () => {
  it('carry TLS of curl and of fetch to the host that was named, and nothing is decrypted', async () => {
    await using identity = await makeIdentity(['example.org']);
    await using server = await startHttps(identity, (request, response) => response.end(`hello ${request.url}`));
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 443: server.port },
    });
    const curl = await run('curl', ['-sS', '--cacert', identity.certFile, '-x', world.url, 'https://Example.org/x']);
    expect(curl).toMatchObject({ code: 0, stdout: 'hello /x' });
    const script = `const r = await fetch('https://example.org/y'); console.log(r.status, await r.text());`;
    const node = await run(process.execPath, ['--input-type=module', '-e', script], {
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: world.url,
      NODE_EXTRA_CA_CERTS: identity.certFile,
    });
    expect(node).toMatchObject({ code: 0, stdout: '200 hello /y\n' });
    await eventually(() => world.records.length === 4);
    expect(world.records).toMatchObject([
      { stage: 'decided', verb: 'CONNECT', host: 'example.org', port: 443, address: PUBLIC, verdict: 'allow' },
      { stage: 'ended', verdict: 'allow', rule: 'example.org' },
      { stage: 'decided' },
      { stage: 'ended', verdict: 'allow' },
    ]);
    const sum = (key: 'bytesUp' | 'bytesDown') =>
      world.records.filter(({ stage }) => stage === 'ended').reduce((total, record) => total + record[key], 0);
    expect(world.context.counters()).toMatchObject({ bytesUp: sum('bytesUp'), bytesDown: sum('bytesDown'), denied: 0 });
  });

  it('are refused for what is not allowed: 403, and curl and fetch show why', async () => {
    await using world = await startWorld({ rules: rules(['example.org']) });
    const curl = await run('curl', ['-sSv', '-x', world.url, 'https://evil.test/']);
    expect(curl.code).toBe(56);
    expect(curl.stderr).toContain('HTTP/1.1 403 evil.test:443 is not in sandbox.egress.allow');
    const script = `await fetch('https://evil.test/').catch((e) => console.log(e, e.cause.cause));`;
    const node = await run(process.execPath, ['--input-type=module', '-e', script], {
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: world.url,
    });
    expect(node.stdout).toContain('403');
    expect(world.resolved).toEqual([]);
    expect(world.dialled).toEqual([]);
    expect(world.context.counters().denied).toBe(2);
  });

  it('carry plain HTTP requests, which are decided one by one: fetch tunnels http:// too', async () => {
    await using server = await startHttp((request, response) => response.end(`${request.headers.host}${request.url}`));
    await using world = await startWorld({
      rules: rules(['example.org', 'example.org:8080']),
      names: { 'example.org': [PUBLIC] },
      ports: { 80: server.port, 8080: server.port },
    });
    for (const port of [80, 8080]) {
      const curl = await run('curl', [
        '-sS',
        '-p',
        '-x',
        world.url,
        `http://example.org:${port}/a`,
        `http://example.org:${port}/b`,
      ]);
      const host = port === 80 ? 'example.org' : 'example.org:8080';
      expect(curl).toMatchObject({ code: 0, stdout: `${host}/a${host}/b` });
    }
    expect(world.records.filter(({ stage }) => stage === 'ended').map(({ verb, port }) => [verb, port])).toEqual([
      ['CONNECT', 80],
      ['GET', 80],
      ['GET', 80],
      ['CONNECT', 8080],
      ['GET', 8080],
      ['GET', 8080],
    ]);
    const smuggled = await talk(world.port, [connectTo('example.org:80'), 'GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n']);
    expect(smuggled).toContain('HTTP/1.1 400 the Host header names another host');
    const absolute = await talk(world.port, [
      connectTo('example.org:80'),
      'GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n',
    ]);
    expect(absolute).toContain('HTTP/1.1 400 the tunnel is for example.org:80');
    const nested = await talk(world.port, [connectTo('example.org:80'), connectTo('example.org:443')]);
    expect(nested).toContain('HTTP/1.1 400 a tunnel inside a tunnel');
  });

  describe('to a TLS port', () => {
    async function attempt(
      bytes: readonly Buffer[],
      more: { allow_no_sni?: boolean; authority?: string; helloMs?: number } = {},
    ) {
      const { authority = 'example.org:443', helloMs = 5_000, allow_no_sni = false } = more;
      let received = 0;
      await using server = await startTcp((socket) => {
        socket.on('data', (chunk) => {
          received += chunk.length;
          socket.end('SERVER');
        });
      });
      await using world = await startWorld({
        rules: rules(['example.org', '93.184.216.34', 'example.org:8443'], { allow_no_sni }),
        names: { 'example.org': [PUBLIC] },
        ports: { 443: server.port, 8443: server.port },
        init: { limits: { helloMs } },
      });
      const heard = await talk(world.port, [connectTo(authority), ...bytes]);
      expect(heard).toMatch(ESTABLISHED);
      await eventually(() => world.records.length === 2);
      const { verdict, rule, reason } = world.records[1] ?? {};
      return { heard: heard.replace(ESTABLISHED, ''), received, verdict, rule, reason };
    }
    const refusedAs = (rule: string) => ({ received: 0, verdict: 'deny', rule });

    it('pass a ClientHello with the right name, also in the smallest pieces', async () => {
      const hello = await realHello({ servername: 'EXAMPLE.org' });
      expect(await attempt([hello])).toMatchObject({ heard: 'SERVER', received: hello.length, verdict: 'allow' });
      const small = inRecords(hello, 7);
      const pieces = Array.from({ length: Math.ceil(small.length / 100) }, (_, at) =>
        small.subarray(at * 100, at * 100 + 100),
      );
      expect(await attempt(pieces)).toMatchObject({ heard: 'SERVER', received: small.length, verdict: 'allow' });
    });

    it('refuse another name (domain fronting by SNI), and send the client a TLS alert', async () => {
      const hello = await realHello({ servername: 'evil.test' });
      expect(await attempt([hello])).toMatchObject({
        ...refusedAs('sni'),
        heard: ALERT,
        reason: expect.stringContaining('names evil.test'),
      });
      expect(await attempt([hello], { authority: 'example.org:8443' })).toMatchObject(refusedAs('sni'));
      expect(await attempt([hello], { authority: `${PUBLIC}:443` })).toMatchObject(refusedAs('sni'));
    });

    it('refuse a missing name unless the policy allows it; an address has none', async () => {
      const hello = await realHello({ host: '127.0.0.1' });
      expect(await attempt([hello])).toMatchObject(refusedAs('sni'));
      expect(await attempt([hello], { allow_no_sni: true })).toMatchObject({ heard: 'SERVER', verdict: 'allow' });
      expect(await attempt([hello], { authority: `${PUBLIC}:443` })).toMatchObject({
        heard: 'SERVER',
        verdict: 'allow',
      });
    });

    it('compare the outer name of Encrypted Client Hello', async () => {
      const ech = Buffer.from([0, 0, 1, 0, 1, 7, 0, 0, 0, 0]);
      expect(
        await attempt([
          madeHello([
            [0, serverNames('example.org')],
            [0xfe0d, ech],
          ]),
        ]),
      ).toMatchObject({ verdict: 'allow' });
      expect(
        await attempt([
          madeHello([
            [0, serverNames('cover.test')],
            [0xfe0d, ech],
          ]),
        ]),
      ).toMatchObject(refusedAs('sni'));
    });

    it.each([
      ['ssh', Buffer.from('SSH-2.0-x\r\n')],
      ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n')],
      ['zeros', Buffer.alloc(100_000)],
      ['a damaged ClientHello', madeHello([[0, serverNames('example.org', 'evil.test')]])],
    ])('refuse %s on port 443: nothing of it reaches the server', async (_what, bytes) => {
      expect(await attempt([bytes])).toMatchObject({ ...refusedAs('protocol'), heard: '' });
    });

    it('refuse a ClientHello that takes too long', async () => {
      const hello = await realHello({ servername: 'example.org' });
      expect(await attempt([hello.subarray(0, 50)], { helloMs: 50 })).toMatchObject({
        ...refusedAs('protocol'),
        reason: expect.stringContaining('within 50 ms'),
      });
    });
  });

  it('survive a server that breaks off, and a client that leaves, before anything was sent', async () => {
    const sockets: Socket[] = [];
    await using server = await startTcp((socket) => sockets.push(socket));
    await using world = await startWorld({
      rules: rules(['example.org']),
      names: { 'example.org': [PUBLIC] },
      ports: { 443: server.port },
    });
    const hello = await realHello({ servername: 'example.org' });
    for (const last of [Buffer.alloc(0), hello]) {
      const socket = tcpConnect({ host: '127.0.0.1', port: world.port });
      let heard = '';
      socket.on('error', () => undefined).on('data', (chunk) => (heard += chunk.toString()));
      socket.write(connectTo('example.org:443'));
      await eventually(() => heard !== '' && sockets.length > 0);
      sockets.pop()?.resetAndDestroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.end(last);
      await eventually(() => socket.closed);
    }
    await eventually(() => world.records.length === 4);
    expect(world.records[1]).toMatchObject({ verdict: 'allow', reason: 'the client left before it had sent anything' });
    expect(world.records[3]).toMatchObject({ verdict: 'allow', bytesDown: 0 });
    expect(world.context.counters().denied).toBe(0);
    expect(world.problems).toEqual([]);
  });

  it('refuse TLS on port 80, where plain HTTP belongs', async () => {
    await using world = await startWorld({ rules: rules(['example.org']), names: { 'example.org': [PUBLIC] } });
    await talk(world.port, [connectTo('example.org:80'), await realHello({ servername: 'example.org' })]);
    expect(world.records.at(-1)).toMatchObject({ verdict: 'deny', rule: 'protocol' });
    expect(world.dialled).toEqual([]);
  });

  it('carry anything where the entry says raw, also when the server speaks first and each side ends by itself', async () => {
    await using server = await startTcp((socket) => {
      socket.write('SSH-2.0-server\r\n');
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk.toString()));
      socket.on('end', () => socket.end(`got ${heard}`));
    });
    await using world = await startWorld({
      rules: rules([{ host: 'git.test:22', raw: true }]),
      names: { 'git.test': [PUBLIC] },
      ports: { 22: server.port },
    });
    const socket = tcpConnect({ host: '127.0.0.1', port: world.port, allowHalfOpen: true });
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.write(connectTo('git.test:22'));
    await eventually(() => heard.includes('SSH-2.0-server'));
    socket.end('anything');
    await eventually(() => socket.closed);
    expect(heard).toContain('got anything');
    await eventually(() => world.records.length === 2);
    expect(world.records[1]).toMatchObject({ verdict: 'allow', bytesUp: 8, bytesDown: 28 });
  });

  it('to a server that is not there answer 502 with the reason', async () => {
    await using world = await startWorld({
      rules: rules(['example.org', 'gone.test']),
      names: { 'example.org': [PUBLIC, '1.1.1.1'] },
    });
    expect(await talk(world.port, [connectTo('example.org:443')])).toMatch(
      /^HTTP\/1\.1 502 .*93\.184\.216\.34: ECONNREFUSED; 1\.1\.1\.1: ECONNREFUSED/,
    );
    expect(await talk(world.port, [connectTo('gone.test:443')])).toMatch(
      /^HTTP\/1\.1 502 gone\.test could not be resolved \(ENOTFOUND\)/,
    );
    expect(world.records.filter(({ stage }) => stage === 'ended')).toMatchObject([
      { verdict: 'allow' },
      { verdict: 'allow' },
    ]);
    expect(world.context.counters().denied).toBe(0);
  });
});
