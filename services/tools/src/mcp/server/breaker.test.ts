import { afterEach, describe, expect, it } from 'vitest';

import { openScriptedHttp, type ScriptedHttp } from '../testing/http-server.ts';
import { openMcp, STDIO, type TestMcp, until, untilReady } from '../testing/open-mcp.ts';
import type { Discovery, InstanceSpec } from '../discovery/discovery.ts';
import { FoundState } from '../discovery/discovery.ts';

let mcp: TestMcp | undefined;
const servers: ScriptedHttp[] = [];

afterEach(async () => {
  await mcp?.close();
  mcp = undefined;
  for (const server of servers.splice(0)) await server.close();
});

async function serve(port = 0): Promise<ScriptedHttp> {
  const server = await openScriptedHttp(port);
  servers.push(server);
  return server;
}

/** A discovery whose content a test sets. */
function scripted(): { discovery: Discovery; set: (instances: readonly InstanceSpec[]) => void } {
  const state = new FoundState();
  return {
    set: (instances) => state.set(new Map([['many', { name: 'many', instances }]]), ''),
    discovery: {
      name: 'scripted',
      found: () => state.found,
      onChange: (listener) => state.onChange(listener),
      start: async () => undefined,
      close: async () => undefined,
    },
  };
}

const http = (id: string, { url }: ScriptedHttp, healthy = true): InstanceSpec => ({
  id,
  healthy,
  transport: { type: 'http', url, headers: {} },
});
const stateOf = (of: TestMcp): string | undefined => of.source.status()[0]?.instances[0]?.state;

describe('the circuit breaker of an MCP server (TL-5)', () => {
  it('stays closed below its volume and at 50 %, opens above, answers at once, and closes by its probe', async () => {
    const server = await serve();
    mcp = await openMcp(
      { s: { url: server.url } },
      { config: { breaker: { volume: 6, open_ms: 400, window_ms: 60_000 } } },
    );
    await untilReady(mcp, 's');
    for (let n = 0; n < 4; n += 1) {
      expect(await mcp.call('mcp__s__internal')).toMatchObject({ ok: false, code: 'TOOL_FAILED' });
    }
    expect(stateOf(mcp)).toBe('ready');
    for (let n = 0; n < 4; n += 1) await mcp.call('mcp__s__echo', { text: 'x' });
    expect(mcp.source.status()[0]?.instances[0]).toMatchObject({ state: 'ready', calls: 8, failures: 4 });
    server.behaviour.status = 500;
    await mcp.call('mcp__s__internal');
    expect(stateOf(mcp)).toBe('open');
    const asked = server.requests.length;
    const refused = await mcp.call('mcp__s__echo', { text: 'x' });
    expect(refused).toMatchObject({ ok: false, code: 'UNAVAILABLE', value: { server: 's', degraded: true } });
    expect(refused.value).toHaveProperty('retryAt');
    expect(refused.ok ? '' : refused.message).toMatch(/since 20.*tried again at 20.*Go on without it/s);
    expect(server.requests.length).toBe(asked);
    expect(mcp.counted.at(-1)).toBe('s/refused');
    expect(mcp.source.list().some(({ name }) => name === 'mcp__s__echo')).toBe(true);
    await until('it was probed in vain', () => server.requests.length > asked);
    expect(stateOf(mcp)).toBe('open');
    delete server.behaviour.status;
    await until('its probe closed it', () => mcp !== undefined && stateOf(mcp) === 'ready');
    expect(await mcp.call('mcp__s__echo', { text: 'x' })).toMatchObject({ ok: true });
    // What was before is forgotten: one failure does not open it again.
    await mcp.call('mcp__s__internal');
    expect(stateOf(mcp)).toBe('ready');
  });

  it('counts time-outs, and not calls that were cancelled', async () => {
    mcp = await openMcp(
      { s: STDIO },
      { config: { servers: { s: { timeout_ms: 100 } }, breaker: { volume: 4, open_ms: 60_000 } } },
    );
    await untilReady(mcp, 's');
    for (let n = 0; n < 5; n += 1) {
      expect(await mcp.call('mcp__s__mute', {}, { signal: AbortSignal.timeout(20) })).toMatchObject({
        code: 'CANCELED',
      });
    }
    expect(stateOf(mcp)).toBe('ready');
    for (let n = 0; n < 10 && stateOf(mcp) === 'ready'; n += 1) await mcp.call('mcp__s__mute');
    expect(stateOf(mcp)).toBe('open');
    expect(mcp.source.list().length).toBeGreaterThan(10);
    await mcp.source.reconnect('s');
    expect(stateOf(mcp)).toBe('ready');
  });

  it('falls back to another instance, prefers healthy ones, and takes a repaired one again', async () => {
    const [a, b] = [await serve(), await serve()];
    const { discovery, set } = scripted();
    set([http('a', a), http('b', b)]);
    mcp = await openMcp({}, { discoveries: [discovery] });
    await until(
      'both are ready',
      () => mcp?.source.status()[0]?.instances.every(({ state }) => state === 'ready') === true,
    );
    a.behaviour.status = 500;
    let failed = 0;
    for (let n = 0; n < 20; n += 1) {
      const { ok } = await mcp.call('mcp__many__echo', { text: String(n) });
      if (!ok) failed += 1;
    }
    expect(stateOf(mcp)).toBe('open');
    expect(failed).toBeLessThanOrEqual(4);
    set([http('a', a), http('b', b, false)]);
    delete a.behaviour.status;
    await until('a is ready again', () => mcp !== undefined && stateOf(mcp) === 'ready');
    const before = b.requests.length;
    expect(await mcp.call('mcp__many__echo', { text: 'x' })).toMatchObject({ ok: true });
    expect(b.requests.length).toBe(before);
    set([]);
    await until('it has no instance', () => mcp?.source.status()[0]?.instances.length === 0);
    expect(await mcp.call('mcp__many__echo', { text: 'x' })).toMatchObject({ ok: false, code: 'UNAVAILABLE' });
    expect(mcp.source.list().some(({ name }) => name === 'mcp__many__echo')).toBe(true);
  });

  it('repeats a call elsewhere after a failure only where that does no harm', async () => {
    const [a, b] = [await serve(), await serve()];
    const { discovery, set } = scripted();
    set([http('a', a), http('b', b)]);
    mcp = await openMcp({}, { discoveries: [discovery], config: { servers: { many: { trust: true } } } });
    await until(
      'both are ready',
      () => mcp?.source.status()[0]?.instances.every(({ state }) => state === 'ready') === true,
    );
    a.behaviour.status = 500;
    // echo only reads, and the server is trusted.
    expect(await mcp.call('mcp__many__echo', { text: 'x' })).toMatchObject({ ok: true });
    const before = b.requests.length;
    const write = await mcp.call('mcp__many__structured');
    expect(write).toMatchObject({ ok: false, code: 'UNAVAILABLE' });
    expect(write.ok ? '' : write.message).toContain('Whether the call took place is not known');
    expect(b.requests.length).toBe(before);
  });
});
