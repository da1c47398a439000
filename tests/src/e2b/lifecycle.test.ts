import { AuthenticationError, Sandbox, SandboxNotFoundError, TimeoutError } from 'e2b';
import { describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const sdk = useSdk();
let counter = 0;
/** Metadata that only the sandboxes of one test have. */
const mark = () => ({ test: `${(counter += 1)} &=%` });
const idsOf = (sandboxes: readonly { sandboxId: string }[]) => sandboxes.map(({ sandboxId }) => sandboxId);

describe("life of a sandbox by E2B's JavaScript SDK (SB-1)", () => {
  it('describes a sandbox', async () => {
    const metadata = mark();
    const sandbox = await sdk.create({ metadata, timeoutMs: 60_000 });
    const info = await sandbox.getInfo();
    expect(info).toMatchObject({
      sandboxId: sandbox.sandboxId,
      metadata,
      state: 'running',
      lifecycle: { onTimeout: 'kill', autoResume: false },
    });
    expect(info.endAt.getTime() - info.startedAt.getTime()).toBe(60_000);
    expect(sandbox.sandboxId).toMatch(/^i[a-z0-9]{19}$/);
    expect(sandbox.getHost(3000)).toBe(`3000-${sandbox.sandboxId}.${sdk.service.domain}`);
  });

  it('lists by metadata, state, template and time, page after page, in both orders', async () => {
    const metadata = mark();
    const first = await sdk.create({ metadata });
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    const second = await sdk.create({ metadata });
    await first.pause();
    const list = async (options: Parameters<typeof Sandbox.list>[0] = {}) =>
      idsOf(await Sandbox.list({ ...options, query: { metadata, ...options.query } }).nextItems());
    expect(await list()).toEqual([second.sandboxId, first.sandboxId]);
    expect(await list({ order: 'asc' })).toEqual([first.sandboxId, second.sandboxId]);
    expect(await list({ query: { state: ['paused'] } })).toEqual([first.sandboxId]);
    expect(await list({ query: { state: ['running'] } })).toEqual([second.sandboxId]);
    expect(await list({ query: { template: 'nothing' } })).toEqual([]);
    const { startedAt, templateId } = await second.getInfo();
    expect(await list({ query: { template: templateId } })).toHaveLength(2);
    expect(await list({ query: { startedAfter: startedAt } })).toEqual([second.sandboxId]);

    const pages = Sandbox.list({ limit: 1, query: { metadata } });
    expect(idsOf(await pages.nextItems())).toEqual([second.sandboxId]);
    expect(pages.hasNext).toBe(true);
    expect(idsOf(await pages.nextItems())).toEqual([first.sandboxId]);
    expect(pages.hasNext).toBe(false);
  });

  it('kills it, once', async () => {
    const sandbox = await sdk.create();
    expect(await sandbox.isRunning()).toBe(true);
    expect(await sandbox.kill()).toBe(true);
    expect(await sandbox.isRunning()).toBe(false);
    expect(await sandbox.kill()).toBe(false);
    await expect(Sandbox.connect(sandbox.sandboxId)).rejects.toBeInstanceOf(SandboxNotFoundError);
    await expect(sandbox.getInfo()).rejects.toBeInstanceOf(SandboxNotFoundError);
    await expect(sandbox.setTimeout(1000)).rejects.toBeInstanceOf(SandboxNotFoundError);
    await expect(sandbox.files.read('x')).rejects.toBeInstanceOf(TimeoutError);
  });

  it('kills it when its time is over, and not before where it was given more', async () => {
    const short = await sdk.create({ timeoutMs: 1000 });
    const long = await sdk.create({ timeoutMs: 1000 });
    await long.setTimeout(60_000);
    await expect.poll(() => short.isRunning(), { timeout: 10_000 }).toBe(false);
    expect(await long.isRunning()).toBe(true);
  });

  it('never shortens the time of who connects', async () => {
    const sandbox = await sdk.create({ timeoutMs: 60_000 });
    const { endAt } = await sandbox.getInfo();
    await Sandbox.connect(sandbox.sandboxId, { timeoutMs: 1000 });
    expect((await sandbox.getInfo()).endAt).toEqual(endAt);
    await sandbox.connect({ timeoutMs: 600_000 });
    expect((await sandbox.getInfo()).endAt.getTime()).toBeGreaterThan(endAt.getTime());
  });

  it('refuses more time than a sandbox may have', async () => {
    await expect(Sandbox.create({ timeoutMs: 3_601_000 })).rejects.toThrow(/at most 3600 seconds/);
  });

  it('pauses and resumes with all that runs in it', async () => {
    const sandbox = await sdk.create();
    const handle = await sandbox.commands.run('sleep 600', { background: true, timeoutMs: 0 });
    await sandbox.files.write('kept', 'x');
    const cut = handle.wait().catch((error: unknown) => error);
    expect(await sandbox.pause()).toBe(true);
    expect(await sandbox.pause()).toBe(false);
    expect(await sandbox.isRunning()).toBe(false);
    expect(await cut).toBeInstanceOf(TimeoutError);
    expect((await sandbox.getInfo()).state).toBe('paused');
    await sandbox.connect();
    expect(await sandbox.isRunning()).toBe(true);
    expect((await sandbox.commands.list()).map(({ pid }) => pid)).toEqual([handle.pid]);
    expect(await sandbox.files.read('kept')).toBe('x');
    await expect(sandbox.pause({ keepMemory: false })).rejects.toThrow(/not supported by Holdfast/);
  });

  it('pauses it when its time is over, where that is asked for', async () => {
    const sandbox = await sdk.create({ timeoutMs: 1000, lifecycle: { onTimeout: 'pause' } });
    await expect.poll(async () => (await sandbox.getInfo()).state, { timeout: 10_000 }).toBe('paused');
    await expect(sandbox.commands.run('true')).rejects.toBeInstanceOf(SandboxNotFoundError);
    const again = await Sandbox.connect(sandbox.sandboxId);
    expect((await again.commands.run('echo back')).stdout).toBe('back\n');
  });

  it('wakes a paused one by a request, where that is asked for', async () => {
    const sandbox = await sdk.create({ timeoutMs: 60_000, lifecycle: { onTimeout: 'pause', autoResume: true } });
    await sandbox.pause();
    expect((await sandbox.commands.run('echo awake')).stdout).toBe('awake\n');
  });

  it('measures what it uses', async () => {
    const sandbox = await sdk.create();
    await expect.poll(() => sandbox.getMetrics()).not.toEqual([]);
    const [metrics] = await sandbox.getMetrics();
    expect(metrics?.memTotal).toBeGreaterThan(0);
    expect(metrics?.cpuCount).toBeGreaterThan(0);
    const hourAgo = Date.now() - 3_600_000;
    expect(await sandbox.getMetrics({ start: new Date(hourAgo), end: new Date(hourAgo + 60_000) })).toEqual([]);
  });

  it('keeps tenants apart (QA-4)', async () => {
    const sandbox = await sdk.create();
    const apiKey = sdk.service.otherApiKey;
    await expect(Sandbox.getInfo(sandbox.sandboxId, { apiKey })).rejects.toBeInstanceOf(SandboxNotFoundError);
    expect(await Sandbox.kill(sandbox.sandboxId, { apiKey })).toBe(false);
    expect(await Sandbox.list({ apiKey }).nextItems()).toEqual([]);
    expect(await sandbox.isRunning()).toBe(true);
  });

  it('refuses a key that is nobody’s (QA-4)', async () => {
    await expect(Sandbox.create({ apiKey: 'e2b_ffff' })).rejects.toBeInstanceOf(AuthenticationError);
  });
});
