import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { DoctorReport } from './doctor/report.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DIST = join(ROOT, 'apps', 'holdfast', 'dist');
const LAUNCHER = join(ROOT, 'apps', 'holdfast', 'bin', 'holdfast.mjs');

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-bundle-'));
  const { code, stderr } = await node([join(ROOT, 'scripts', 'build.mjs'), '--if-stale']);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => rm(home, { recursive: true }));

async function node(args: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: home, HOLDFAST_MODELS__DISCOVER: 'false' };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

describe('the built product (AR-1)', () => {
  it('runs from its launcher', async () => {
    expect(await node([LAUNCHER, 'version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
    expect((await node([LAUNCHER, 'frobnicate'])).code).toBe(2);
  });

  it('finds its worker threads and its add-ons: the doctor commits to a database', async () => {
    const { stdout } = await node([LAUNCHER, 'doctor', '--json']);
    const report = JSON.parse(stdout) as DoctorReport;
    expect(report.checks.find((check) => check.id === 'sqlite')).toMatchObject({ status: 'ok' });
  });

  it('keeps the server out of what every command loads', async () => {
    const entry = await readFile(join(DIST, 'holdfast.js'), 'utf8');
    expect(entry.length).toBeLessThan(64 * 1024);
    expect(entry).not.toMatch(/from ["']node:(sqlite|http)["']/);
  });

  it('is not built again while nothing has changed', async () => {
    expect((await node([join(ROOT, 'scripts', 'build.mjs'), '--if-stale'])).stderr).toBe('');
  });
});
