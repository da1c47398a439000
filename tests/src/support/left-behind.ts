import { createHash } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';

const KINDS = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'] as const;

/**
 * What a sandbox service has left, found by its data folder and by being below this process: processes, namespaces,
 * mounts, loop devices, control groups, folders of its disks. One line each. Nothing of other services of the machine.
 */
export async function leftBehind(dataDir: string): Promise<string[]> {
  const [processes, namespaces, mounts, loops, groups, disks] = await Promise.all([
    processesBelow(dataDir),
    foreignNamespaces(),
    mountsBelow(dataDir),
    loopDevices(dataDir),
    controlGroups(dataDir),
    readdir(`${dataDir}/disks`).catch(absent),
  ]);
  return [
    ...processes.map((line) => `process ${line}`),
    ...namespaces.map((line) => `namespace ${line}`),
    ...mounts.map((line) => `mount ${line}`),
    ...loops.map((line) => `loop device of ${line}`),
    ...groups.map((line) => `control group ${line}`),
    ...disks.map((line) => `disk ${line}`),
  ];
}

/** The name of the control group that a service with this data folder makes its groups in. */
export function cgroupOf(dataDir: string): string {
  return `holdfast-${createHash('sha256').update(dataDir).digest('hex').slice(0, 10)}`;
}

/** Open descriptors of this process. */
export async function openDescriptors(): Promise<number> {
  return (await readdir('/proc/self/fd')).length;
}

/** Children of this process, with all below them, and whoever names the folder. */
async function processesBelow(dataDir: string): Promise<string[]> {
  const pids = await allPids();
  const parents = new Map(
    await Promise.all(pids.map(async (pid) => [pid, parentIn(await read(`/proc/${pid}/stat`))] as const)),
  );
  const isBelow = (pid: number): boolean => {
    for (let at = parents.get(pid) ?? 0; at > 1; at = parents.get(at) ?? 0) if (at === process.pid) return true;
    return false;
  };
  const found: string[] = [];
  for (const pid of pids) {
    if (pid === process.pid) continue;
    const commandLine = (await read(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ');
    if (commandLine.includes(dataDir) || (isBelow(pid) && !isOurTool(commandLine))) found.push(`${pid} ${commandLine}`);
  }
  return found;
}

/** What runs the tests starts helpers of its own: compilers. */
function isOurTool(commandLine: string): boolean {
  return /esbuild|rolldown/.test(commandLine);
}

/** Namespaces that this process holds open by a descriptor, which outlive their processes. */
async function foreignNamespaces(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => KINDS.some((kind) => target.startsWith(`${kind}:[`)));
}

async function mountsBelow(dataDir: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines.filter((line) => line.includes(dataDir));
}

async function loopDevices(dataDir: string): Promise<string[]> {
  const names = (await readdir('/sys/block').catch(absent)).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(names.map((name) => read(`/sys/block/${name}/loop/backing_file`)));
  return files.map((file) => file.trim()).filter((file) => file.startsWith(dataDir));
}

async function controlGroups(dataDir: string): Promise<string[]> {
  const name = cgroupOf(dataDir);
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] ?? '');
  const found = await Promise.all(
    mounts.map(async (mount) => (await readdir(mount).catch(absent)).includes(name) && `${mount}/${name}`),
  );
  return found.filter((group) => group !== false);
}

async function allPids(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

function parentIn(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

/** Empty for what has gone, or is not ours to read. */
async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}

function absent(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}
