import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { create, sandboxpb } from '@holdfast/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { SandboxConfigSchema } from '../../config.ts';
import { capture } from '../../execute/capture.ts';
import { thisHost } from '../../host/this-host.ts';
import type { LiveSandbox } from '../../sandboxes/live-sandbox.ts';
import { createSandboxService, type SandboxService } from '../../service.ts';
import { describeInCage } from '../../testing-cage.ts';
import { type E2bTestService, startE2bTestService } from './testing.ts';

const ENV = { PATH: '/usr/bin:/bin' };

// One Holdfast whose microVMs are the sandboxes of another one.
describeInCage('a service whose engine is E2B', () => {
  let remote: E2bTestService;
  let folder: string;
  let service: SandboxService;
  let sandbox: LiveSandbox;
  const decoy = createServer((_request, response) => response.end('reached'));
  const url = (): string => `http://127.0.0.1:${(decoy.address() as AddressInfo).port}/`;

  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      decoy.listen(0, '127.0.0.1', resolve);
    });
    remote = await startE2bTestService();
    folder = await mkdtemp(join(tmpdir(), 'holdfast-e2b-local-'));
    const config = SandboxConfigSchema.parse({
      level: 'microvm',
      levels: ['microvm'],
      engine: 'e2b',
      e2b: { url: remote.url, sandbox_url: remote.url },
      egress: { allow: [new URL(url()).host], allow_private: ['127.0.0.1'] },
      audit: { mode: 'off' },
      pool: { max: 0 },
    });
    service = createSandboxService(config, { ...thisHost(folder), env: { E2B_API_KEY: remote.apiKey } });
    sandbox = await (await service.sandboxes()).create({
      tenant: 'test',
      template: 'base',
      timeoutMs: 60_000,
      onTimeout: 'kill',
      autoResume: false,
      metadata: {},
      env: {},
      egress: { deny: [] },
      privatePorts: false,
    });
  }, 60_000);
  afterAll(async () => {
    await service.close();
    const left = [...remote.sandboxes.all()].map(({ id }) => id);
    await remote.stop();
    decoy.close();
    await rm(folder, { recursive: true });
    expect(left).toEqual([]);
  });

  it('tries it by a real sandbox, and says what it is (SB-1)', async () => {
    expect((await service.probe(create(sandboxpb.ProbeRequestSchema))).engines).toMatchObject([
      { engine: 'e2b', level: sandboxpb.Level.MICROVM, works: true, version: expect.stringContaining('127.0.0.1') },
    ]);
  });

  it('makes sandboxes of it, with their files', async () => {
    expect(sandbox.made).toMatchObject({ engine: 'e2b', level: sandboxpb.Level.MICROVM });
    await sandbox.files.write('/home/user/a', Readable.from(['content']), { user: 'user', metadata: { by: 'test' } });
    expect((await capture(sandbox.made.box.agent, ['cat', '/home/user/a'], ENV)).stdout).toBe('content');
    expect(await text((await sandbox.files.read('/home/user/a', 'user')).stream)).toBe('content');
  });

  it('lets them out by its own proxy only: E2B gives them no network (SB-3)', async () => {
    const curl = (...args: readonly string[]) =>
      capture(sandbox.made.box.agent, ['curl', '-sS', '--noproxy', '', ...args], ENV);
    expect((await curl('-x', 'http://127.0.0.1:3128', url())).stdout).toBe('reached');
    const other = await curl(
      '-x',
      'http://127.0.0.1:3128',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      'http://127.0.0.1:9/',
    );
    expect(other.stdout).toBe('403');
    expect((await curl('--noproxy', '*', url())).exitCode).not.toBe(0);
  });

  it('pauses one, and goes on with what it held', async () => {
    const sandboxes = await service.sandboxes();
    await sandboxes.pause(sandbox);
    expect([...remote.sandboxes.all()].map(({ state }) => state)).toEqual(['paused']);
    await sandboxes.resume(sandbox, 60_000);
    expect((await capture(sandbox.made.box.agent, ['cat', '/home/user/a'], ENV)).stdout).toBe('content');
  });
});
