import { readdir, readFile } from 'node:fs/promises';

import { processTree } from '../../../services/sandbox/src/host/process-tree.ts';
import { detectHierarchies } from '../../../services/sandbox/src/quotas/cgroups/detect.ts';

/** What an engine may leave behind: everything that is found by the folder and the names of this run. */
export interface Belongings {
  /** The folder of this run, which has a name of its own. */
  readonly base: string;
  readonly cgroupName: string;
}

/** Processes, mounts, loop devices, sockets and control groups of this run. One line each. */
export async function leaks({ base, cgroupName }: Belongings): Promise<string[]> {
  const [processes, mounts, loops, sockets, groups] = await Promise.all([
    processesOf(base),
    linesWith('/proc/self/mountinfo', base),
    loopDevices(base),
    linesWith('/proc/net/unix', base),
    cgroupsNamed(cgroupName),
  ]);
  return [
    ...processes,
    ...mounts.map((line) => `mount ${line}`),
    ...loops.map((line) => `loop device ${line}`),
    // The decoys of the host are there until the last engine.
    ...sockets.filter((line) => !line.includes(`${base}/host/`)).map((line) => `socket ${line}`),
    ...groups.map((line) => `control group ${line}`),
  ];
}

/** Descendants of this process, and those that carry the mark of this run or name its folder. */
async function processesOf(base: string): Promise<string[]> {
  const below = new Set(await processTree(process.pid));
  below.delete(process.pid);
  const mark = `HOLDFAST_ESCAPE=${process.pid}\0`;
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const [commandLine, environment] = await Promise.all([read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`)]);
    if (below.has(Number(pid)) || commandLine.includes(base) || environment.includes(mark)) {
      found.push(`process ${pid}: ${commandLine.replaceAll('\0', ' ')}`);
    }
  }
  return found;
}

async function loopDevices(base: string): Promise<string[]> {
  const devices = (await readdir('/sys/block').catch(() => [])).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(devices.map((name) => read(`/sys/block/${name}/loop/backing_file`)));
  return files.map((file) => file.trim()).filter((file) => file.startsWith(base));
}

async function cgroupsNamed(name: string): Promise<string[]> {
  const { v1, unified } = await detectHierarchies();
  const mounts = new Set([...v1.values(), ...(unified ? [unified] : [])].map(({ mount }) => mount));
  const found: string[] = [];
  for (const mount of mounts) {
    const here = await readdir(mount).catch(() => []);
    found.push(...here.filter((entry) => entry === name).map((entry) => `${mount}/${entry}`));
  }
  return found;
}

async function linesWith(file: string, word: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes(word));
}

/** Empty for what is not there, not ours, or gone. */
async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
