import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSandboxService, SandboxConfigSchema, type SandboxService, thisHost } from '@holdfast/sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { DoctorCheck } from './report.ts';
import { checkOwnSandbox, checkSandbox } from './sandbox.ts';

const CONFIG = SandboxConfigSchema.parse({ audit: { mode: 'off' }, levels: ['process', 'container'] });

let folder: string;
let service: SandboxService | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-doctor-'));
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  await rm(folder, { recursive: true, force: true });
});

const byId = (checks: readonly DoctorCheck[]): Record<string, DoctorCheck> =>
  Object.fromEntries(checks.map((check) => [check.id, check]));

describe('the doctor on sandboxes (SB-1)', () => {
  it('says of each level what its engines are, and what to do where none works', async () => {
    const deps = thisHost(folder);
    const elsewhere = { ...deps.platform, os: 'darwin' as const };
    service = createSandboxService(CONFIG, { ...deps, platform: elsewhere, env: {} });
    const checks = byId(await checkSandbox(service, CONFIG, []));
    expect(checks['sandbox']).toMatchObject({ status: 'fail' });
    expect(checks['sandbox process']).toMatchObject({
      status: 'warn',
      fix: expect.stringContaining('refused') as string,
    });
    expect(checks['sandbox process']?.detail).toMatch(/✗ nsjail: .*\n✗ bubblewrap: .*macOS/);
    expect(checks['sandbox container']?.detail).toContain('✗ docker');
    expect(checks['sandbox audit']).toMatchObject({ status: 'warn', detail: 'It is off (sandbox.audit.mode).' });
  });

  it('tries only the engines of the configured level, unless it is told to try all', async () => {
    service = createSandboxService(CONFIG, thisHost(folder));
    const ids = (await checkSandbox(service, CONFIG)).map(({ id }) => id);
    expect(ids).toContain('sandbox process');
    expect(ids).not.toContain('sandbox container');
    const others = await checkOwnSandbox(CONFIG, 'others');
    expect(others.map(({ id }) => id)).toEqual(['sandbox container']);
  });
});
