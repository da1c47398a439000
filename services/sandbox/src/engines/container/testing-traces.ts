import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { processTree } from '../../host/process-tree.ts';
import { detectHierarchies } from '../../quotas/cgroups/detect.ts';

const PATIENCE_MS = 20_000;
const SHARED_AGE_MS = 60_000;

/** The control group that a test's daemon has its containers in. */
export function cgroupName(folder: string): string {
  return basename(folder);
}

/** Removes what a daemon whose folder this was has left on the machine: processes, mounts, control groups, files. */
export async function removeTraces(folder: string): Promise<void> {
  await endProcesses(folder);
  for (const point of await mountsBelow(folder)) spawnSync('umount', ['-l', point]);
  await removeCgroups(cgroupName(folder));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Command lines, mount points and control groups that name the folder. Empty once {@link removeTraces} has been there. */
export async function tracesOf(folder: string): Promise<string[]> {
  const processes = await processesNaming(folder);
  return [...processes.map(({ commandLine }) => commandLine), ...(await mountsBelow(folder))];
}

/** Ends the processes of the folder whose command line has these words, and nothing that they have started. */
export async function endNamed(folder: string, words: string): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    const named = (await processesNaming(folder)).filter(({ commandLine }) => commandLine.includes(words));
    if (named.length === 0) return;
    for (const { pid } of named) kill(pid);
    await sleep(50);
  }
}

async function endProcesses(folder: string): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    const named = await processesNaming(folder);
    if (named.length === 0) return;
    // A container names no folder, but it is below a process that does.
    for (const { pid } of named) for (const below of await processTree(pid)) kill(below);
    await sleep(50);
  }
}

/** The folder has a name of its own, made for this test: what names it was started by the test. */
async function processesNaming(folder: string): Promise<{ pid: number; commandLine: string }[]> {
  const found: { pid: number; commandLine: string }[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const commandLine = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.includes(folder))
      found.push({ pid: Number(entry), commandLine: commandLine.replaceAll('\0', ' ') });
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The deepest first. */
async function mountsBelow(folder: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${folder}/`))
    .toReversed();
}

async function removeCgroups(name: string): Promise<void> {
  const { v1, unified } = await detectHierarchies();
  const mounts = new Set([...v1.values(), ...(unified ? [unified] : [])].map(({ mount }) => mount));
  for (const mount of mounts) {
    await removeGroup(join(mount, name));
    await removeSharedGroup(join(mount, 'libpod_parent'));
  }
}

/** Podman has its containers in a group that all of them share: what is empty and not just being filled goes. */
async function removeSharedGroup(group: string): Promise<void> {
  for (const entry of await readdir(group, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const path = join(group, entry.name);
    const made = await stat(path).catch(() => undefined);
    if (made && Date.now() - made.ctimeMs > SHARED_AGE_MS) await removeEmpty(path);
  }
  await removeEmpty(group);
}

async function removeGroup(group: string): Promise<void> {
  for (const entry of await readdir(group, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await removeGroup(join(group, entry.name));
  }
  await removeEmpty(group);
}

/** The kernel removes no group that has processes or groups in it. */
async function removeEmpty(group: string): Promise<void> {
  await rmdir(group).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOENT', 'EBUSY', 'ENOTEMPTY'].includes(error.code ?? '')) throw error;
  });
}
