import { readdirSync } from 'node:fs';
import { rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { Branch } from './branch.ts';
import type { Cgroup, Usage } from './driver.ts';
import { errnoOf, orElse, readKernel, unless, writeKernel } from './files.ts';

const GONE = ['ENOENT', 'ENODEV'];

/** How long processes may take to stand still or to end. Those that wait for a dead disk never do. Milliseconds. */
const PATIENCE_MS = 10_000;

const UNUSED: Usage = {
  cpuUs: 0,
  memoryBytes: 0,
  memoryPeakBytes: 0,
  pids: 0,
  readBytes: 0,
  writtenBytes: 0,
  readOps: 0,
  writeOps: 0,
  throttledUs: 0,
  oomKills: 0,
};

/** The group `id` in each of the branches. It is there already, or was in an earlier life of the service. */
export async function openGroup(id: string, branches: readonly Branch[]): Promise<Cgroup> {
  const parts = branches.map((branch) => ({ branch, folder: join(branch.parent, id) }));
  const unified = parts.find(({ branch }) => branch.isUnified)?.folder;
  const inode = unified && (await unless(GONE, stat(unified, { bigint: true }), undefined))?.ino;
  const procsFiles = parts.map(({ folder }) => join(folder, 'cgroup.procs'));
  const enterArguments = [
    ...(unified === undefined ? [] : ['--into', unified]),
    ...parts.filter(({ branch }) => !branch.isUnified).map(({ folder }) => join(folder, 'tasks')),
  ];
  const group = `The control group ${id}`;

  const pids = async (): Promise<number[]> => [...new Set(parts.flatMap(({ folder }) => pidsBelow(folder)))];

  const setFrozen = async (frozen: boolean): Promise<void> => {
    for (const { branch, folder } of parts) {
      const { freezer } = branch;
      if (freezer) await writeKernel(join(folder, freezer.file), frozen ? freezer.frozen : freezer.thawed);
    }
  };

  const isFrozen = async (): Promise<boolean> =>
    parts.every(({ branch, folder }) => branch.freezer?.isFrozen(folder) ?? true);

  const usage = async (): Promise<Usage> =>
    Object.assign({}, UNUSED, ...parts.map(({ branch, folder }) => branch.usage(folder))) as Usage;

  /** Frozen first, so that none can fork while the others are killed; a signal acts only on what is thawed again. */
  const killOnce = async (): Promise<void> => {
    await unless(GONE, setFrozen(true), undefined);
    for (const pid of await pids()) killProcess(pid);
    await unless(GONE, setFrozen(false), undefined);
  };

  const kill = async (): Promise<void> => {
    const killAtOnce = unified === undefined ? undefined : join(unified, 'cgroup.kill');
    // Since Linux 5.14. Whatever is in v1 groups only, because it forked while it was added, is left for the loop.
    if (killAtOnce) await unless(GONE, writeKernel(killAtOnce, '1'), undefined);
    const isEmpty = async (): Promise<boolean> => (await pids()).length === 0;
    if (await until(isEmpty, killAtOnce ? 100 : 0)) return;
    const isKilled = async (): Promise<boolean> => {
      await killOnce();
      return isEmpty();
    };
    if (await until(isKilled, PATIENCE_MS)) return;
    throw unavailable(
      `${group} still holds the processes ${(await pids()).join(', ')} ten seconds after SIGKILL: they wait inside the kernel. The group is kept; the next start of the service tries again.`,
    );
  };

  return {
    id: typeof inode === 'bigint' ? inode : undefined,
    procsFiles,
    enterArguments,
    pids: () => orUnavailable(`${group} cannot be read.`, pids()),
    kill: () => orUnavailable(`The processes of ${group} could not be killed.`, kill()),
    thaw: () => orUnavailable(`${group} could not be thawed; its processes still stand still.`, setFrozen(false)),
    async add(pid) {
      for (const file of procsFiles) {
        await orUnavailable(`The process ${pid} could not be moved into ${group}.`, writeKernel(file, String(pid)));
      }
    },
    usage: () => orUnavailable(`${group} cannot be read.`, usage()),
    async freeze() {
      const message = `${group} could not be frozen.`;
      await orUnavailable(message, setFrozen(true));
      if (await orUnavailable(message, until(isFrozen, PATIENCE_MS))) return;
      await orUnavailable(message, setFrozen(false));
      throw unavailable(`${message} A process waits inside the kernel and does not stop. All were let go on.`);
    },
    async remove() {
      const message = `${group} could not be removed. The next start of the service tries again.`;
      await orUnavailable(message, kill());
      for (const { folder } of parts) {
        const isGone = until(() => removeTree(folder), PATIENCE_MS);
        if (!(await orUnavailable(message, isGone))) throw unavailable(message);
      }
    },
  };
}

/** Asks again and again, at growing intervals, whether it is so. False when it is not after `patienceMs`. */
async function until(isSo: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  let waited = 0;
  for (let pause = 1; !(await isSo()); pause = Math.min(pause * 2, 50)) {
    if (waited >= patienceMs) return false;
    await sleep(pause);
    waited += pause;
  }
  return true;
}

/** A group with the groups below it, innermost first. Container engines make some inside a sandbox's group. */
function groupsBelow(folder: string): string[] {
  const groups = orElse(GONE, () => readdirSync(folder, { withFileTypes: true }), undefined);
  if (!groups) return [];
  const below = groups.filter((entry) => entry.isDirectory()).flatMap(({ name }) => groupsBelow(join(folder, name)));
  return [...below, folder];
}

/** A process of another pid namespace is listed as 0, and left out: it cannot be named from here. */
function pidsBelow(folder: string): number[] {
  return groupsBelow(folder).flatMap((group) => {
    const text = orElse(GONE, () => readKernel(join(group, 'cgroup.procs')), '');
    return text.split('\n').map(Number).filter(Boolean);
  });
}

/** Whether nothing is left. A group is busy for a moment after its last process has ended. */
async function removeTree(folder: string): Promise<boolean> {
  try {
    for (const group of groupsBelow(folder)) await unless(GONE, rmdir(group), undefined);
    return true;
  } catch (error) {
    if (['EBUSY', 'ENOTEMPTY'].includes(errnoOf(error))) return false;
    throw error;
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

async function orUnavailable<T>(message: string, doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    if (HoldfastError.is(error)) throw error;
    throw unavailable(`${message} (${errnoOf(error) || 'unknown error'})`, error);
  }
}

function unavailable(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('UNAVAILABLE', message, { cause });
}
