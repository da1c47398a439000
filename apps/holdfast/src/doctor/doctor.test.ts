import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type RestServer, startRestServer } from '../cli/testing/rest-server.ts';
import { cli } from '../cli/testing/spawn-cli.ts';
import { checkDataDir, checkOtlp, checkPort } from './machine.ts';
import type { DoctorReport } from './report.ts';
import { checkStorage } from './storage.ts';

let home = '';
let server: RestServer | undefined;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-doctor-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(home, { recursive: true });
});

/** Somebody else on a port. */
async function occupy(): Promise<{ port: number; release: () => Promise<void> }> {
  const other = createServer((_, response) => void response.writeHead(503).end());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const release = () => new Promise<void>((resolve) => other.close(() => resolve()));
  return { port: (other.address() as AddressInfo).port, release };
}

describe('holdfast doctor', () => {
  it('tries everything from here where no server runs, and leaves nothing behind', async () => {
    const env = {
      HOLDFAST_GATEWAY__PORT: '0',
      HOLDFAST_TELEMETRY__METRICS__PORT: '0',
      HOLDFAST_MODELS__DISCOVER: 'false',
    };
    const { stdout } = await cli(['doctor', '--json'], { home, env });
    const report = JSON.parse(stdout) as DoctorReport;
    const status = Object.fromEntries(report.checks.map((check) => [check.id, check.status]));
    expect(status).toMatchObject({ node: 'ok', data_dir: 'ok', sqlite: 'ok', models: 'warn', port: 'ok' });
    expect(['ok', 'fail']).toContain(status['sandbox']);
    // Only the configured level is tried: a trial of the others may boot a guest.
    const sandbox = Object.keys(status).filter((id) => id.startsWith('sandbox'));
    expect(sandbox).toEqual(['sandbox', 'sandbox process', 'sandbox quotas', 'sandbox disks', 'sandbox audit']);
    expect(await readdir(join(home, '.holdfast'))).toEqual([]);
  });

  it('ends with 1 when something needed does not work, and says what to do', async () => {
    const other = await occupy();
    const env = {
      HOLDFAST_GATEWAY__PORT: String(other.port),
      HOLDFAST_TELEMETRY__METRICS__PORT: '0',
      HOLDFAST_MODELS__DISCOVER: 'false',
    };
    const { code, stdout } = await cli(['doctor'], { home, env });
    await other.release();
    expect(code).toBe(1);
    expect(stdout).toContain(`✗ port does not work: 127.0.0.1:${other.port} cannot be used (EADDRINUSE)`);
    expect(stdout).toContain('gateway.port');
  });

  it('asks the server that runs', async () => {
    server = await startRestServer({
      'GET /doctor': () => ({
        ok: false,
        checks: [
          { name: 'sqlite', ok: true, verdict: 'Fine.' },
          { name: 'sandbox', ok: false, verdict: 'Install it.' },
        ],
      }),
    });
    await mkdir(join(home, '.holdfast'));
    await writeFile(join(home, '.holdfast', 'server.json'), JSON.stringify({ url: server.url, pid: 1 }));
    const { code, stdout } = await cli(['doctor'], { home });
    expect(code).toBe(1);
    expect(stdout).toContain('✓ sqlite works: Fine.');
    expect(stdout).toContain('✗ sandbox does not work: Install it.');
  });
});

describe('single checks', () => {
  it('say that PostgreSQL does not answer, without its password', async () => {
    const [primary, replica] = await checkStorage(
      {
        sql: 'postgres://u:hunter2@127.0.0.1:1/db',
        replicas: ['postgres://u:hunter2@127.0.0.1:1/db'],
        locks: 'database',
      },
      home,
    );
    expect(primary).toMatchObject({ id: 'postgres', status: 'fail' });
    expect(replica).toMatchObject({ id: 'replica 1', status: 'warn' });
    expect(JSON.stringify([primary, replica])).not.toContain('hunter2');
  });

  it('find a data directory that others can read, and one that cannot be', async () => {
    await mkdir(join(home, 'open'), { mode: 0o755 });
    expect(await checkDataDir(join(home, 'open'))).toMatchObject({
      status: 'warn',
      fix: expect.stringContaining('chmod 700') as string,
    });
    await writeFile(join(home, 'file'), '');
    expect(await checkDataDir(join(home, 'file', 'below'))).toMatchObject({ status: 'fail' });
  });

  it('use ports and receivers really', async () => {
    const other = await occupy();
    expect((await checkPort('p', '127.0.0.1', other.port, 'k')).status).toBe('fail');
    expect((await checkOtlp(`http://127.0.0.1:${other.port}/v1/traces`, {})).summary).toContain('503');
    await other.release();
    expect((await checkPort('p', '127.0.0.1', other.port, 'k')).status).toBe('ok');
  });
});
