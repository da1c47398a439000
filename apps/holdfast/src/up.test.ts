import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { cli, type Spawned, spawnCli } from './cli/testing/spawn-cli.ts';

const ARGS = ['up', '--port', '0', '--set', 'telemetry.metrics.port=0', '--set', 'models.discover=false'];

interface Ready {
  readonly url: string;
  readonly setup_url: string;
  readonly metrics_port: number;
}

let home = '';
const running: Spawned[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-up-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) {
    server.kill('SIGKILL');
    await server.done;
  }
  await rm(home, { recursive: true });
});

async function up(...more: string[]): Promise<{ server: Spawned; ready: Ready }> {
  const server = spawnCli([...ARGS, '--json', ...more], { home });
  running.push(server);
  await server.until('stdout', '\n');
  return { server, ready: JSON.parse(server.output().stdout) as Ready };
}

describe('holdfast up (AR-1)', () => {
  it('starts from nothing, is found by the command line, serves metrics, and ends in order', async () => {
    const { server, ready } = await up();
    const dataDir = join(home, '.holdfast');
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect(ready.setup_url).toContain(`${ready.url}/setup?token=`);
    expect(JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8'))).toEqual({
      url: ready.url,
      pid: server.pid,
    });
    expect((await cli(['agents', '--json'], { home })).stdout).toContain('assistant');
    const metrics = await (await fetch(`http://127.0.0.1:${ready.metrics_port}/metrics`)).text();
    expect(metrics).toContain('agent_memory_usage');
    server.kill('SIGTERM');
    const { code, stderr } = await server.done;
    expect(code).toBe(0);
    expect(stderr).toContain('Nothing was lost.');
    await expect(stat(join(dataDir, 'server.json'))).rejects.toThrow('ENOENT');
  });

  it('takes over what a killed server left: the file with its address, and the lock', async () => {
    const first = await up();
    first.server.kill('SIGKILL');
    await first.server.done;
    const second = await up();
    expect((await cli(['agents'], { home })).code).toBe(0);
    second.server.kill('SIGINT');
    expect((await second.server.done).code).toBe(0);
  });

  it('refuses a second server on the same data directory, and leaves the first its file', async () => {
    const { server } = await up();
    const second = await cli(ARGS, { home });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(String(server.pid));
    expect((await cli(['agents'], { home })).code).toBe(0);
  });

  it('refuses a port that is taken, and ends', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const gateway = await cli([...ARGS, '--port', String(port)], { home });
    const metrics = await cli([...ARGS, '--set', `telemetry.metrics.port=${port}`], { home });
    await new Promise<void>((resolve) => other.close(() => resolve()));
    expect(gateway.code).toBe(1);
    expect(gateway.stderr).toContain(String(port));
    expect(metrics.code).toBe(78);
    expect(metrics.stderr).toContain('telemetry.metrics.port');
  });

  it('refuses an unknown key before it makes anything', async () => {
    const { code } = await cli([...ARGS, '--set', 'gateway.prot=1'], { home });
    expect(code).toBe(78);
    await expect(stat(join(home, '.holdfast'))).rejects.toThrow('ENOENT');
  });
});
