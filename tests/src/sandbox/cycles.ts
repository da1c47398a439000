import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { SandboxService } from '@holdfast/sandbox';

import { leftBehind, openDescriptors } from '../support/left-behind.ts';
import { createLive, createWithWorkspace, destroyIn, execIn, openSandboxService } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';

/** Before anything is looked at: what is loaded, compiled and opened once for the whole process. */
const WARM_UP = 20;

/** What so many cycles have left. */
export interface CycleLeaks {
  /** Processes, mounts, control groups ... one line each. */
  readonly left: readonly string[];
  /** More open descriptors than before. */
  readonly descriptors: number;
  /** Bytes that stay alive in this process, of all cycles together. */
  readonly bytes: number;
  readonly cycles: number;
}

/**
 * Makes a sandbox, runs a command in it and ends it, again and again: in turns one with a workspace, as agents have it, and
 * one with a disk, as E2B's API makes it. Throws where a command does not answer as it should.
 */
export async function runCycles(
  count: number,
  progress: (done: number) => void = () => undefined,
): Promise<CycleLeaks> {
  const [dataDir, workspace] = [tempDir(), tempDir()];
  const cycle = async (service: SandboxService, n: number): Promise<void> =>
    n % 2 === 0 ? withWorkspace(service, workspace.path, n) : withDisk(service, n);
  try {
    const first = openSandboxService({}, dataDir.path);
    for (let n = 0; n < WARM_UP; n += 1) await cycle(first, n);
    await first.close();
    const descriptors = await openDescriptors();
    const service = openSandboxService({}, dataDir.path);
    await cycle(service, 0);
    const before = liveBytes();
    for (let n = 1; n <= count; n += 1) {
      await cycle(service, n);
      if (n % 100 === 0) progress(n);
    }
    const bytes = liveBytes() - before;
    await service.close();
    return {
      left: await leftBehind(dataDir.path),
      descriptors: (await openDescriptors()) - descriptors,
      bytes,
      cycles: count,
    };
  } finally {
    dataDir.remove();
    workspace.remove();
  }
}

async function withWorkspace(service: SandboxService, workspace: string, n: number): Promise<void> {
  const id = await createWithWorkspace(service, workspace);
  const { stdout } = await execIn(service, id, ['sh', '-c', `sleep 1000 & echo ${n}`]);
  await destroyIn(service, id);
  assertAnswer(stdout, n);
}

async function withDisk(service: SandboxService, n: number): Promise<void> {
  const sandboxes = await service.sandboxes();
  const sandbox = await createLive(service);
  const path = `/home/user/${n}`;
  await sandbox.files.write(path, Readable.from([Buffer.from(`${n}\n`)]), { user: 'user', metadata: {} });
  const sleeping = { argv: ['sleep', '1000'] as const, env: {}, cwd: '/', user: 'user' as const, stdin: false };
  await sandbox.processes.start(sleeping);
  const text = await textOf((await sandbox.files.read(path, 'user')).stream);
  await sandboxes.kill(sandbox);
  assertAnswer(text, n);
}

function assertAnswer(text: string, n: number): void {
  if (text !== `${n}\n`) throw new Error(`cycle ${n} answered ${JSON.stringify(text)}`);
}

/** What is alive, by a collection that is asked for. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}
