import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SandboxService } from '@holdfast/sandbox';

import { whyNoCage } from '../../../services/sandbox/src/testing-cage.ts';
import { leftBehind } from '../support/left-behind.ts';
import { createWithWorkspace, destroyIn, execIn, openSandboxService, type Told } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';

const MIB = 1024 * 1024;
const CONFIG = {
  limits: { wall_ms: 20_000, total_memory_bytes: 128 * MIB, output_bytes: MIB, pids: 24, file_bytes: 4 * MIB },
};

describe('quotas of a sandbox, by the service (SB-2)', () => {
  const reason = whyNoCage();
  let [dataDir, workspace] = [tempDir(), tempDir()];
  let service: SandboxService;
  let id: string;
  beforeAll(async () => {
    service = openSandboxService(CONFIG, dataDir.path);
    if (reason === undefined) id = await createWithWorkspace(service, workspace.path);
  });
  afterAll(async () => {
    if (reason === undefined) await destroyIn(service, id);
    await service.close();
    expect(await leftBehind(dataDir.path)).toEqual([]);
    dataDir.remove();
    workspace.remove();
  });
  const run = (script: string, wallMs = 0): Promise<Told> => execIn(service, id, ['sh', '-c', script], wallMs);
  const shows = (title: string, body: () => Promise<void>): void => {
    it(title, (ctx) => (reason === undefined ? body() : ctx.skip(reason)));
  };
  /** What the one before has used up is there again for the next. */
  const worksOn = async (): Promise<void> => expect((await run('echo on')).stdout).toBe('on\n');

  shows('memory: the command is ended and its outcome names the quota', async () => {
    if ((await service.state()).cgroups.kind === 'none') return;
    const { exited, stderr } = await run('tail /dev/zero & wait; sleep 1000');
    expect(exited.quota).toBe('memory');
    expect(stderr).toMatch(/more than 128 MiB of memory/);
    await worksOn();
  });

  shows('output: what is within it comes, then the command is ended', async () => {
    const { exited, stdout, stderr } = await run('head -c 3000000 /dev/zero; sleep 1000');
    expect(exited.quota).toBe('output');
    expect(stdout).toHaveLength(MIB);
    expect(stderr).toContain('output quota of 1048576 bytes');
    await worksOn();
  });

  shows('wall time', async () => {
    const { exited } = await run('setsid sleep 1000 & sleep 1000', 300);
    expect(exited.quota).toBe('wall');
    await worksOn();
  });

  shows('processes: no more can be started, and all that were are ended with the command', async () => {
    const { exited, stderr } = await run('for n in $(seq 200); do sleep 1000 & done');
    expect(exited.exitCode).not.toBe(0);
    expect(stderr).toMatch(/cannot fork/i);
    await worksOn();
  });

  shows('the size of a file', async () => {
    const { exited } = await run('head -c 8000000 /dev/zero >/workspace/large');
    expect(exited.exitCode).not.toBe(0);
    await worksOn();
  });
});
