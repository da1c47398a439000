import { afterEach, describe, expect, it } from 'vitest';

import { openScriptedHttp, type ScriptedHttp } from './testing/http-server.ts';
import { openMcp, STDIO, type TestMcp, until, untilReady } from './testing/open-mcp.ts';

let mcp: TestMcp | undefined;
let http: ScriptedHttp | undefined;

afterEach(async () => {
  await mcp?.close();
  await http?.close();
  mcp = undefined;
  http = undefined;
});

describe('an MCP server that misbehaves (TL-5)', () => {
  it('writes garbage between its messages: the messages are still taken', async () => {
    mcp = await openMcp({ s: STDIO });
    await untilReady(mcp, 's');
    expect(await mcp.call('mcp__s__garbage')).toMatchObject({ ok: true, value: { text: 'after garbage' } });
  });

  it('writes nothing but garbage: it is degraded, and said to be', async () => {
    mcp = await openMcp({
      s: { command: process.execPath, args: ['-e', 'setInterval(() => console.log("x".repeat(50)), 1)'] },
    });
    await until('it is said', () => mcp?.source.status()[0]?.instances[0]?.lastError.includes('no JSON-RPC') === true);
    expect(mcp.source.status()[0]?.instances[0]?.state).not.toBe('ready');
  });

  it('answers garbage over HTTP: calls fail, and it recovers', async () => {
    http = await openScriptedHttp();
    mcp = await openMcp({ s: { url: http.url } });
    await untilReady(mcp, 's');
    for (const text of ['{', '[]', '"x"', '{"jsonrpc":"2.0","id":99999,"result":{}}']) {
      http.behaviour.text = text;
      expect((await mcp.call('mcp__s__echo', { text: 'x' }, { signal: AbortSignal.timeout(1500) })).ok).toBe(false);
    }
    delete http.behaviour.text;
    await until('it works again', async () => (await mcp?.call('mcp__s__echo', { text: 'x' }))?.ok === true);
  });

  it.each(['stdio', 'http'])(
    'sends a huge message over %s: the call fails, memory is bounded, it recovers',
    async (transport) => {
      if (transport === 'http') http = await openScriptedHttp();
      mcp = await openMcp(
        { s: http ? { url: http.url } : STDIO },
        { config: { max_message_bytes: 200_000, servers: { s: { timeout_ms: 4000 } } } },
      );
      await untilReady(mcp, 's');
      expect(await mcp.call('mcp__s__big', { bytes: 100_000 })).toMatchObject({ ok: true });
      expect((await mcp.call('mcp__s__big', { bytes: 30_000_000 })).ok).toBe(false);
      await until('it works again', async () => (await mcp?.call('mcp__s__echo', { text: 'x' }))?.ok === true);
    },
  );

  it('floods with notifications: the call is answered, and the event loop is not held', async () => {
    mcp = await openMcp({ s: STDIO });
    await untilReady(mcp, 's');
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 5);
    expect(await mcp.call('mcp__s__flood')).toMatchObject({ ok: true });
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(2);
    expect(await mcp.call('mcp__s__echo', { text: 'x' })).toMatchObject({ ok: true });
  });

  it('never answers: connecting ends, the start was not held up, and it is tried again', async () => {
    http = await openScriptedHttp();
    http.behaviour.mute = true;
    mcp = await openMcp({ s: { url: http.url } }, { config: { connect_timeout_ms: 300 } });
    await until('it gave up once', () => mcp?.source.status()[0]?.instances[0]?.state === 'degraded');
    http.behaviour.mute = false;
    await untilReady(mcp, 's');
    expect(await mcp.call('mcp__s__echo', { text: 'x' })).toMatchObject({ ok: true });
  });

  it('stops answering pings while it is idle: it is connected anew', async () => {
    http = await openScriptedHttp();
    mcp = await openMcp({ s: { url: http.url } }, { config: { ping_ms: 100, connect_timeout_ms: 400 } });
    await untilReady(mcp, 's');
    http.behaviour.mute = true;
    await until('it is degraded', () => mcp?.source.status()[0]?.instances[0]?.state === 'degraded');
    http.behaviour.mute = false;
    await untilReady(mcp, 's');
  });

  it('offers two tools of one name, or one that looks like another server’s: one is kept, nothing is taken over', async () => {
    const extra = [
      { name: 'echo', description: 'The second.', inputSchema: { type: 'object' } },
      {
        name: 'bad',
        description: 'No schema.',
        inputSchema: { type: 'object', properties: { x: { type: 'no such type' } } },
      },
    ];
    mcp = await openMcp({
      s: { ...STDIO, env: { EXTRA_TOOLS: JSON.stringify(extra) } },
      s__echo: { ...STDIO, env: { EXTRA_TOOLS: '[{"name":"x","inputSchema":{"type":"object"}}]' } },
    });
    await untilReady(mcp, 's');
    await untilReady(mcp, 's__echo');
    const names = mcp.source.list().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name === 'mcp__s__echo')).toHaveLength(1);
    expect(names).not.toContain('mcp__s__bad');
    const bad = mcp.source
      .status()
      .find(({ name }) => name === 's')
      ?.tools.find(({ name }) => name === 'bad');
    expect(bad?.problem).toContain('cannot be used');
  });

  it('is taken away while it works on a call: the call ends, nothing is left running', async () => {
    mcp = await openMcp({ s: STDIO });
    await untilReady(mcp, 's');
    const called = mcp.call('mcp__s__slow', { ms: 30_000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await mcp.write({});
    expect(await called).toMatchObject({ ok: false, code: 'UNAVAILABLE' });
    await mcp.processes[0]?.exited;
    expect(mcp.source.list()).toEqual([]);
  });

  it('is somewhere else than its entry says: a redirect to another host is not followed', async () => {
    const inside = await openScriptedHttp();
    const { createServer } = await import('node:http');
    const redirecting = createServer((_, response) => response.writeHead(307, { location: inside.url }).end());
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const { port } = redirecting.address() as { port: number };
    mcp = await openMcp({ s: { url: `http://127.0.0.1:${port}/mcp` } });
    await until('it was tried', () => mcp?.source.status()[0]?.instances[0]?.state === 'degraded');
    expect(inside.requests).toHaveLength(0);
    redirecting.closeAllConnections();
    await new Promise((resolve) => redirecting.close(resolve));
    await inside.close();
  });
});
