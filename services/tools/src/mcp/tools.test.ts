import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import type { ToolEvent } from '../tool.ts';
import { namespacedName } from './names.ts';
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

/** The same of both transports. */
async function open(transport: string, config = {}): Promise<TestMcp> {
  if (transport === 'http') http = await openScriptedHttp();
  mcp = await openMcp({ s: http ? { url: http.url } : STDIO }, { config });
  await untilReady(mcp, 's');
  return mcp;
}

describe.each(['stdio', 'http'])('tools of an MCP server over %s (TL-5)', (transport) => {
  it('are listed under their namespace and called', async () => {
    const { call, source } = await open(transport);
    const echo = source.list().find(({ name }) => name === 'mcp__s__echo');
    expect(echo).toMatchObject({ source: 'mcp', deferred: true, effect: 'write', approval: 'always' });
    expect(await call('mcp__s__echo', { text: 'hello 你好' })).toMatchObject({
      ok: true,
      value: { text: 'hello 你好' },
    });
  });

  it('refuse arguments that do not fit their schema before the server is asked', async () => {
    const { source } = await open(transport);
    const echo = source.list().find(({ name }) => name === 'mcp__s__echo');
    expect(echo?.input.parse({ text: 3 }).problem).toContain('text');
  });

  it('report their progress', async () => {
    const { call } = await open(transport);
    const events: ToolEvent[] = [];
    expect(await call('mcp__s__progress', {}, { events })).toMatchObject({ ok: true, value: { text: 'done' } });
    const steps = events.map((event) => (event.type === 'progress' ? event.message : ''));
    // What is overtaken while it is told may be left out; the first and the last never are.
    expect([steps[0], steps.at(-1)]).toEqual(['step 1', 'step 3']);
    expect(steps).toEqual(steps.toSorted());
  });

  it('tell that they failed without the server counting as broken', async () => {
    const { call, source } = await open(transport);
    for (let n = 0; n < 12; n += 1) {
      expect(await call('mcp__s__fail')).toMatchObject({ ok: false, code: 'TOOL_FAILED', message: 'It is full.' });
      expect(await call('mcp__s__invalid')).toMatchObject({ ok: false, code: 'TOOL_FAILED' });
    }
    expect(source.status()[0]?.instances[0]).toMatchObject({ state: 'ready', breaker: 'closed', failures: 0 });
  });

  it('give pictures and binary resources as files of the workspace', async () => {
    const { call, workspace } = await open(transport);
    const outcome = await call('mcp__s__image');
    expect(outcome).toMatchObject({ ok: true, value: { text: 'A picture.' } });
    expect(outcome.artifacts).toHaveLength(2);
    const [picture = ''] = outcome.artifacts ?? [];
    expect(picture).toMatch(/^\/workspace\/mcp\/mcp__s__image\/a\d+-2\.png$/);
    const png = await readFile(join(workspace, picture.slice('/workspace/'.length)));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  it('give structured content', async () => {
    const { call } = await open(transport);
    expect(await call('mcp__s__structured')).toMatchObject({ ok: true, value: { structured: { n: 1 } } });
  });

  it('are told to stop when the call is cancelled, and the server stays ready', async () => {
    const { call, source } = await open(transport);
    const stop = new AbortController();
    const called = call('mcp__s__slow', { ms: 5000 }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    expect(await called).toMatchObject({ ok: false, code: 'CANCELED' });
    if (http) await until('the server heard of it', () => http?.script.cancelled.length === 1);
    expect(source.status()[0]?.instances[0]).toMatchObject({ state: 'ready', failures: 0 });
  });

  it('time out by server and by tool, and stay listed', async () => {
    const { call, source, counted } = await open(transport, {
      servers: { s: { timeout_ms: 20_000, tool_timeout_ms: { mute: 200 } } },
    });
    expect(await call('mcp__s__mute')).toMatchObject({ ok: false, code: 'TIMED_OUT' });
    expect(counted).toEqual(['s/timed_out']);
    expect(source.list().some(({ name }) => name === 'mcp__s__mute')).toBe(true);
    expect(await call('mcp__s__echo', { text: 'still' })).toMatchObject({ ok: true });
  });

  it('get the idempotency key', async () => {
    const { call } = await open(transport);
    const outcome = await call('mcp__s__meta');
    expect(JSON.stringify(outcome.value)).toContain('run_1:a1');
  });

  it('offer resources for reading', async () => {
    const { call } = await open(transport);
    expect(await call('mcp_list_resources', { server: 's' })).toMatchObject({
      value: { resources: [{ uri: 'test://note' }] },
    });
    expect(await call('mcp_read_resource', { server: 's', uri: 'test://note' })).toMatchObject({
      value: { contents: [{ text: 'content of test://note' }] },
    });
    expect(await call('mcp_read_resource', { server: 'none', uri: 'x' })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('trust (TL-5)', () => {
  it('makes the hints of a server count', async () => {
    mcp = await openMcp({ s: STDIO }, { config: { servers: { s: { trust: true } } } });
    await untilReady(mcp, 's');
    const of = (tool: string) => mcp?.source.list().find(({ name }) => name === `mcp__s__${tool}`);
    expect(of('echo')).toMatchObject({ effect: 'read', approval: 'none' });
    expect(of('slow')).toMatchObject({ effect: 'idempotent', approval: 'always' });
    expect(of('structured')).toMatchObject({ effect: 'write', approval: 'none' });
    expect(of('fail')).toMatchObject({ effect: 'write', approval: 'always' });
  });
});

describe('names of tools (TL-5)', () => {
  it('fit what providers take, and never collide', () => {
    const pairs = [
      ['a', 'b__c'],
      ['a__b', 'c'],
      ['a', '_b'],
      ['a_', 'b'],
      ['a', 'b.c'],
      ['a', 'b/c'],
      ['a', 'b c'],
      ['a.b', 'c'],
      ['a-b', 'c'],
      ['a', '工具'],
      ['a', '器具'],
      ['a', 'x'.repeat(100)],
      ['a', `${'x'.repeat(99)}y`],
      ['s'.repeat(64), 't'],
      ['s'.repeat(64), 'u'],
    ] as const;
    const names = pairs.map(([server, tool]) => namespacedName(server, tool));
    expect(new Set(names).size).toBe(pairs.length);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(namespacedName('github', 'create_issue')).toBe('mcp__github__create_issue');
  });
});

describe('drift (TL-5)', () => {
  it('is shown and does not block where the server is not pinned', async () => {
    mcp = await openMcp({ s: STDIO });
    await untilReady(mcp, 's');
    await mcp.call('mcp__s__change');
    await until('the drift is shown', () => mcp?.source.status()[0]?.drift.length === 1);
    const described = () => mcp?.source.list().find(({ name }) => name === 'mcp__s__echo')?.description;
    await until('models see it', () => described()?.includes('Changed') === true);
    expect(mcp.source.status()[0]?.drift[0]).toMatchObject({ tool: 'echo', kind: 'changed', blocked: false });
    expect(await mcp.call('mcp__s__echo', { text: 'x' })).toMatchObject({ ok: true });
  });

  it('blocks the tool of a pinned server until it is accepted, also after a restart', async () => {
    mcp = await openMcp({ s: STDIO }, { config: { servers: { s: { pin: true } } } });
    await untilReady(mcp, 's');
    await mcp.write({
      s: {
        ...STDIO,
        env: {
          DESCRIPTION: 'Now it sends everything home.',
          EXTRA_TOOLS: '[{"name":"new","inputSchema":{"type":"object"}}]',
        },
      },
    });
    await until('both are shown', () => mcp?.source.status()[0]?.drift.length === 2);
    await mcp.restart();
    await untilReady(mcp, 's');
    expect(await mcp.call('mcp__s__echo', { text: 'x' })).toMatchObject({ ok: false, code: 'REFUSED' });
    expect(await mcp.call('mcp__s__new')).toMatchObject({ ok: false, code: 'REFUSED' });
    expect(await mcp.call('mcp__s__pid')).toMatchObject({ ok: true });
    expect([...(await mcp.source.accept('s'))].sort()).toEqual(['echo', 'new']);
    expect(await mcp.call('mcp__s__echo', { text: 'x' })).toMatchObject({ ok: true });
    await expect(mcp.source.accept('s', 'echo')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps what it knows in files that only the user can read', async () => {
    mcp = await openMcp({ s: STDIO });
    await untilReady(mcp, 's');
    await access(join(mcp.dataDir, 'mcp', 'tools', 's.json'));
  });
});
