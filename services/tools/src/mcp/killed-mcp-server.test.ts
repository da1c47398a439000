import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { openMcp, STDIO, type TestMcp, until, untilReady } from './testing/open-mcp.ts';

let mcp: TestMcp | undefined;
const children: ChildProcess[] = [];

afterEach(async () => {
  await mcp?.close();
  mcp = undefined;
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function httpChild(port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'http-main.ts'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, port: Number(line.toString()) };
}

/** Calls without a pause until it is told to stop. No more than four at once. */
function load(of: TestMcp): { stop: () => Promise<{ ok: number; failed: number; codes: Set<string> }> } {
  const codes = new Set<string>();
  const stop = new AbortController();
  let ok = 0;
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let n = 0; !stop.signal.aborted && n < 20_000; n += 1) {
      const outcome = await of.call('mcp__s__echo', { text: 'x' });
      if (outcome.ok) ok += 1;
      else {
        failed += 1;
        codes.add(outcome.code);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
  };
  const all = Promise.all([worker(), worker(), worker(), worker()]);
  return {
    async stop() {
      stop.abort();
      await all;
      return { ok, failed, codes };
    },
  };
}

describe('an MCP server that is killed under load (TL-5)', () => {
  it('over stdio: failed calls are told and counted, the tools stay, it comes back by itself', async () => {
    mcp = await openMcp({ s: STDIO });
    await untilReady(mcp, 's');
    const names = mcp.source.list().map(({ name }) => name);
    const seen = new Set<number>();
    mcp.source.onChange(() => seen.add(mcp?.source.list().length ?? -1));
    const calls = load(mcp);
    for (let round = 0; round < 3; round += 1) {
      const started = mcp.processes.length;
      process.kill(mcp.processes.at(-1)?.pid ?? 0, 'SIGKILL');
      await until('it was started again', () => (mcp?.processes.length ?? 0) > started);
      await untilReady(mcp, 's');
      expect(await mcp.call('mcp__s__echo', { text: 'back' })).toMatchObject({ ok: true });
    }
    const { ok, failed, codes } = await calls.stop();
    expect(ok).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(0);
    expect([...codes]).toEqual(['UNAVAILABLE']);
    expect(mcp.counted.filter((outcome) => outcome === 's/ok').length).toBe(ok + 3);
    expect(mcp.counted.length).toBe(ok + failed + 3);
    expect(mcp.source.list().map(({ name }) => name)).toEqual(names);
    expect([...seen].every((count) => count === names.length)).toBe(true);
  });

  it('over HTTP: the breaker opens, calls end at once, it is found again when it is back', async () => {
    const first = await httpChild(0);
    mcp = await openMcp({ s: { url: `http://127.0.0.1:${first.port}/mcp` } });
    await untilReady(mcp, 's');
    const names = mcp.source.list().map(({ name }) => name);
    const calls = load(mcp);
    await until('calls go through', () => (mcp?.counted.length ?? 0) > 20);
    first.child.kill('SIGKILL');
    await until('the breaker opens', () => mcp?.source.status()[0]?.instances[0]?.state === 'open');
    expect(await mcp.call('mcp__s__echo', { text: 'x' })).toMatchObject({
      ok: false,
      code: 'UNAVAILABLE',
      value: { degraded: true },
    });
    expect(mcp.source.list().map(({ name }) => name)).toEqual(names);
    await httpChild(first.port);
    await untilReady(mcp, 's');
    const { failed } = await calls.stop();
    expect(failed).toBeGreaterThan(0);
    expect(await mcp.call('mcp__s__echo', { text: 'back' })).toMatchObject({ ok: true });
  });

  it('while the platform is down: its tools are listed from memory, and calls say what to do', async () => {
    mcp = await openMcp({ s: STDIO });
    await untilReady(mcp, 's');
    const names = mcp.source.list().map(({ name }) => name);
    await mcp.write({ s: { ...STDIO, env: { BROKEN: '1' } } });
    await mcp.restart();
    expect(mcp.source.list().map(({ name }) => name)).toEqual(names);
    await until('it was tried', () => mcp?.source.status()[0]?.instances[0]?.lastError !== '');
    expect(await mcp.call('mcp__s__echo', { text: 'x' })).toMatchObject({ ok: false, code: 'UNAVAILABLE' });
    expect(mcp.source.status()[0]?.instances[0]?.lastError).toContain('This server is broken.');
    await mcp.write({ s: STDIO });
    await until('the new entry is taken', async () => (await mcp?.call('mcp__s__echo', { text: 'x' }))?.ok === true);
  });
});
