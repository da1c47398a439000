import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { AgentProcess, SpawnInit } from '../../agent/agent.ts';
import type { HoldableAgent } from '../../agent/connect.ts';
import { callFirecracker } from './api.ts';
import { jailerArguments } from './command.ts';
import { call, faultOf } from './contract.ts';
import { FILES, FirecrackerMachine, layOut } from './machine.ts';
import { connectVsock } from './vsock.ts';

const SIZE = { memoryMiB: 128, cores: 1, hasTemplate: false };
const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };

describe.skipIf(process.platform !== 'linux')('firecracker, contract (SB-1), on Linux', { timeout: 20_000 }, () => {
  let base: string;
  const machines: FirecrackerMachine[] = [];
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'holdfast-firecracker-'));
  });
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.kill()));
    await rm(base, { recursive: true });
  });

  const open = async (name: string): Promise<FirecrackerMachine> => {
    const folder = join(base, name);
    await mkdir(folder, { recursive: true });
    for (const file of [FILES.kernel, FILES.initramfs]) await writeFile(join(folder, file), file);
    if (!(await readdir(folder)).includes(FILES.disk)) await writeFile(join(folder, FILES.disk), 'a disk');
    const server = join(import.meta.dirname, 'testing-server.ts');
    const argv = [process.execPath, server, '--id', name, '--api-sock', 'api.sock'];
    const machine = await FirecrackerMachine.start({ argv, folder }, 20_000);
    machines.push(machine);
    return machine;
  };
  const refused = (name: string): Promise<string> => readFile(join(base, name, 'refused'), 'utf8').catch(() => '');
  const start = (agent: HoldableAgent, script: string, more: Partial<SpawnInit> = {}): Promise<AgentProcess> =>
    agent.spawn({
      argv: ['/bin/sh', '-c', script],
      env: { PATH: '/usr/bin:/bin' },
      cwd: base,
      user: own,
      stdin: false,
      endTree: true,
      ...more,
    });

  it('configures and starts a machine, and speaks with its agent by vsock', async () => {
    const machine = await open('first');
    const agent = await machine.boot(SIZE);
    expect(await text((await start(agent, 'echo inside')).stdout)).toBe('inside\n');
    expect(await refused('first')).toBe('');
  });

  it('stands still while it is paused, and goes on with what was open', async () => {
    const machine = await open('paused');
    const agent = await machine.boot(SIZE);
    const reader = await start(agent, 'read line; echo "$line"', { stdin: true });
    await machine.pause();
    reader.stdin.end('said meanwhile\n');
    const waits = start(agent, 'echo after');
    expect(await Promise.race([waits.then(() => 'ran'), sleep(300, 'waits')])).toBe('waits');
    await machine.resume();
    expect(await text(reader.stdout)).toBe('said meanwhile\n');
    expect(await text((await waits).stdout)).toBe('after\n');
    expect(await refused('paused')).toBe('');
  });

  it('saves a machine whose links do not last, and begins another where it was', async () => {
    const machine = await open('saved');
    const agent = await machine.boot(SIZE);
    const counting = await start(agent, 'i=0; while [ $i -lt 500 ]; do echo $i; i=$((i+1)); sleep 0.001; done');
    const saved = join(base, 'snapshot');
    await mkdir(saved);
    await machine.pause();
    await machine.save(saved);
    await machine.resume();
    expect(await text(counting.stdout)).toBe(Array.from({ length: 500 }, (_, i) => `${i}\n`).join(''));
    expect((await readdir(saved)).toSorted()).toEqual(['disk.img', 'memory', 'state']);

    await layOut(saved, join(base, 'again'));
    const again = await open('again');
    const taken = await again.load();
    expect(await text((await start(taken, 'echo again')).stdout)).toBe('again\n');
    expect((await refused('saved')) + (await refused('again'))).toBe('');
  });

  it('says what Firecracker refuses', async () => {
    const machine = await open('refusing');
    await rm(join(base, 'refusing', FILES.kernel));
    await expect(machine.boot(SIZE)).rejects.toSatisfy(
      (error) =>
        HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') &&
        /PUT \/boot-source with status 400: .*no such file/.test(error.message),
    );
  });

  it('says that Firecracker ended, and tells who waits for a machine that was paused', async () => {
    const machine = await open('ending');
    const agent = await machine.boot(SIZE);
    const running = await start(agent, 'cat', { stdin: true });
    await machine.pause();
    await machine.kill();
    await expect(running.exited).rejects.toSatisfy((error) => HoldfastError.has(error, 'UNAVAILABLE'));
    await agent.closed;
    await expect(machine.resume()).rejects.toSatisfy((error) => HoldfastError.has(error, 'SANDBOX_UNAVAILABLE'));
  });

  it('gives up on a guest that never listens', async () => {
    const path = join(base, 'deaf.sock');
    const server = createServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(connectVsock(path, 1024, AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'TimeoutError' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('refuses a server that does not answer as the contract says', async () => {
    const path = join(base, 'odd.sock');
    const server = createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(callFirecracker(path, call('PATCH /vm', { state: 'Paused' }))).rejects.toSatisfy((error) =>
      HoldfastError.has(error, 'SANDBOX_UNAVAILABLE'),
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it('knows a body that is not of the contract: missing, unknown, or of another type', () => {
    expect(faultOf('PUT /vsock', { guest_cid: 3, uds_path: 'a' })).toBeUndefined();
    expect(faultOf('PUT /vsock', { guest_cid: 3 })).toBe('missing field uds_path');
    expect(faultOf('PUT /vsock', { guest_cid: 'three', uds_path: 'a' })).toBe('guest_cid: not an integer');
    expect(faultOf('PATCH /vm', { state: 'Stopped' })).toBe('state: not one of Paused, Resumed');
    expect(faultOf('PATCH /vm', { state: 'Paused', more: 1 })).toBe('unknown field more');
    expect(faultOf('PUT /snapshot/load', { snapshot_path: 'a', mem_backend: { backend_type: 'File' } })).toBe(
      'mem_backend: missing field backend_path',
    );
  });

  it('has the jailer drop to the unprivileged user, in a root of its own', () => {
    expect(jailerArguments('/usr/bin/firecracker', '/srv/boxes', 'holdfast-1', { uid: 7, gid: 8 }).join(' ')).toBe(
      '--id holdfast-1 --exec-file /usr/bin/firecracker --uid 7 --gid 8 ' +
        '--chroot-base-dir /srv/boxes --cgroup-version 2 -- --api-sock api.sock',
    );
  });
});
