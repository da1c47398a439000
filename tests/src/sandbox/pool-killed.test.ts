import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { processTree } from '../../../services/sandbox/src/host/process-tree.ts';
import { whyNoCage } from '../../../services/sandbox/src/testing-cage.ts';
import { leftBehind } from '../support/left-behind.ts';
import { createLive, openSandboxService } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';

const ROUNDS = 8;

/** The first processes of the boxes that this process has made. */
async function agents(): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await processTree(process.pid)) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.startsWith('/.holdfast/agent\0serve')) found.push(pid);
  }
  return found;
}

it('never gives a sandbox out of the pool whose processes were killed, not even in that moment (SB-4)', async (ctx) => {
  const reason = whyNoCage();
  if (reason !== undefined) return ctx.skip(reason);
  const dataDir = tempDir();
  const service = openSandboxService({ pool: { max: 2, total: 2 } }, dataDir.path);
  const sandboxes = await service.sandboxes();
  await sandboxes.kill(await createLive(service));
  for (let round = 0; round < ROUNDS; round += 1) {
    // What was asked for lately is made ahead.
    let ready = await agents();
    for (; ready.length === 0; ready = await agents()) await sleep(20);
    for (const pid of ready) process.kill(pid, 'SIGKILL');
    // In every other round it is missed already.
    if (round % 2 === 1) await sleep(100);
    const sandbox = await createLive(service);
    const entries = await sandbox.files.list('/home', 1, 'user');
    expect(entries.map(({ name }) => name)).toEqual(['user']);
    await sandboxes.kill(sandbox);
  }
  await service.close();
  expect(await leftBehind(dataDir.path)).toEqual([]);
  dataDir.remove();
});
