import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { commonpb, create, type ErrorCode, HoldfastError, sandboxpb } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { SandboxConfigSchema } from './config.ts';
import { thisHost } from './host/this-host.ts';
import { createSandboxService } from './service.ts';
import { describeInCage } from './testing-cage.ts';
import { execEvents, gather, openTestSandbox, type TestSandbox } from './testing.ts';

async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | 'none'> {
  return promise.then(
    () => 'none',
    (error: unknown) => HoldfastError.from(error).code,
  );
}

describeInCage('sandbox service', () => {
  let sandbox: TestSandbox;
  beforeEach(async () => {
    sandbox = await openTestSandbox();
  });
  afterEach(() => sandbox.close());

  it('refuses what cannot be a command, and runs nothing', async () => {
    expect(await codeOf(sandbox.run([]))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(sandbox.run(['']))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(sandbox.run(['echo', 'a\0b']))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(sandbox.run(['true'], { cwd: 'relative' }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(sandbox.run(['true'], { env: { 'A B': 'x' } }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(sandbox.run(['true'], { env: { A: 'x\0y' } }))).toBe('INVALID_ARGUMENT');
  });

  it('lets no command have more time than its sandbox', async () => {
    expect(await codeOf(sandbox.run(['true'], { wallMs: 30_001 }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(sandbox.run(['true'], { wallMs: 30_000 }))).toBe('none');
  });

  it('hides a sandbox from other tenants', async () => {
    const stranger = create(commonpb.CallerSchema, { tenant: 'other' });
    const request = { ...sandbox.request(['true']), caller: stranger };
    expect(await codeOf(gather(execEvents(sandbox.service.exec(request))))).toBe('NOT_FOUND');
    const { sandboxId } = request;
    const destroy = create(sandboxpb.DestroyRequestSchema, { caller: stranger, sandboxId });
    expect(await codeOf(sandbox.service.destroy(destroy))).toBe('NOT_FOUND');
    expect((await sandbox.run(['true'])).exited.exitCode).toBe(0);
  });

  it('refuses everything after close, and close ends what runs', async () => {
    const running = sandbox.run(['sleep', '1000']);
    while ((await sandbox.processes()).length === 0);
    await sandbox.service.close();
    expect(await sandbox.processes()).toEqual([]);
    expect((await running).exited.reason).toBe(sandboxpb.ExitReason.CANCELED);
    expect(await codeOf(sandbox.run(['true']))).toBe('UNAVAILABLE');
  });

  it('keeps the workspace for ever, and /tmp as long as the sandbox', async () => {
    await sandbox.run(['sh', '-c', 'echo kept > kept; echo there > /tmp/there']);
    expect((await sandbox.run(['cat', 'kept', '/tmp/there'])).stdout).toBe('kept\nthere\n');
  });

  it('gives everyday programs what they need: awk, dates, names, localhost', async () => {
    const script = 'awk "BEGIN { print 6 * 7 }" && id -un && getent hosts localhost && date +%Z && ls ~ && echo fine';
    const { stdout, stderr } = await sandbox.run(['sh', '-c', script]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^42\nuser\n[\s\S]*fine\n$/);
  });

  it('reads a git repository of another user that lies below a private folder', async () => {
    // mkdtemp makes it 0700, and the repository inside is readable by all: the usual case below a home folder.
    const home = await mkdtemp(join(tmpdir(), 'holdfast-home-'));
    const { execFileSync } = await import('node:child_process');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { stdio: 'ignore' });
    git('init', join(home, 'repository'));
    git('-C', join(home, 'repository'), 'commit', '--allow-empty', '-m', 'first');
    const reader = await openTestSandbox({ inputs: [{ name: 'repo', path: join(home, 'repository') }] });
    const { stdout, stderr } = await reader.run(['git', '-C', '/input/repo', 'log', '--format=%s']);
    await reader.close();
    await rm(home, { recursive: true });
    expect({ stdout, stderr }).toEqual({ stdout: 'first\n', stderr: '' });
  });
});

describe('sandbox service where isolation is not possible', () => {
  const on = (os: NodeJS.Platform, config: object) =>
    createSandboxService(
      SandboxConfigSchema.parse({ audit: { mode: 'off' }, pool: { max: 0 }, levels: ['process'], ...config }),
      {
        ...thisHost(join(workspace, 'data')),
        newId: () => 'id',
        platform: { os, arch: process.arch, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
      },
    );
  let workspace: string;
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'holdfast-workspace-'));
  });
  afterEach(() => rm(workspace, { recursive: true }));
  const request = (level: sandboxpb.Level) =>
    create(sandboxpb.CreateRequestSchema, { level, mounts: { workspace, inputs: [] } });
  const { Level } = sandboxpb;

  it('refuses with instructions, and says the same when probed', async () => {
    const service = on('darwin', {});
    const failure = await service.create(request(Level.UNSPECIFIED)).catch((error: unknown) => error);
    expect(HoldfastError.has(failure, 'SANDBOX_UNAVAILABLE') && failure.message).toMatch(/macOS.*allow_unisolated/);
    const report = await service.probe(create(sandboxpb.ProbeRequestSchema));
    expect(report.chosen).toBe('');
    expect(report.engines[0]).toMatchObject({ works: false });
    expect(report.engines[0]?.verdict).toContain('macOS');
  });

  it('is never weaker than asked, not even where the operator allows no isolation', async () => {
    const service = on('darwin', { allow_unisolated: true });
    for (const level of [Level.PROCESS, Level.CONTAINER, Level.MICROVM]) {
      expect(await codeOf(service.create(request(level)))).toBe('SANDBOX_UNAVAILABLE');
    }
    expect(await service.create(request(Level.UNSPECIFIED))).toMatchObject({ level: Level.UNISOLATED });
    await service.close();
  });

  it('refuses unknown keys of the configuration', () => {
    expect(SandboxConfigSchema.safeParse({ unisolated: true }).success).toBe(false);
    expect(SandboxConfigSchema.safeParse({ limits: { wall: 1 } }).success).toBe(false);
    expect(SandboxConfigSchema.safeParse({ path: 'bin' }).success).toBe(false);
  });

  it('starts though a container engine cannot be asked what was left in it, and says so', async () => {
    const socket = join(workspace, 'broken.sock');
    const server = createServer((connection) => connection.destroy()).listen(socket);
    const problems: string[] = [];
    const service = createSandboxService(
      SandboxConfigSchema.parse({ audit: { mode: 'off' }, pool: { max: 0 }, levels: ['process', 'container'] }),
      {
        ...thisHost(join(workspace, 'data')),
        env: { DOCKER_HOST: `unix://${socket}`, CONTAINER_HOST: `unix://${socket}` },
        observer: { problem: ({ message }) => problems.push(message) },
      },
    );
    expect(await service.start()).toBe(0);
    expect(problems).toEqual([expect.stringContaining('left in docker'), expect.stringContaining('left in podman')]);
    await service.close();
    server.close();
  });
});
