import { readFile } from 'node:fs/promises';

/** One mounted cgroup hierarchy, and where this process stands in it. */
export interface Hierarchy {
  /** The folder that it is mounted at. */
  readonly mount: string;
  /** Names of the groups from the mount down to this process's own group. Empty when that is the mount itself. */
  readonly own: readonly string[];
}

/** The hierarchies of a host: one for each controller of v1, and the unified one of v2. Either may be missing. */
export interface Hierarchies {
  readonly v1: ReadonlyMap<string, Hierarchy>;
  readonly unified: Hierarchy | undefined;
}

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly superOptions: readonly string[];
}

/** What this process sees. */
export async function detectHierarchies(): Promise<Hierarchies> {
  const [cgroup, mountinfo] = await Promise.all([
    readFile('/proc/self/cgroup', 'utf8'),
    readFile('/proc/self/mountinfo', 'utf8'),
  ]);
  return parseHierarchies(cgroup, mountinfo);
}

/** Out of the texts of /proc/self/cgroup and /proc/self/mountinfo. Hierarchies that are not mounted are left out. */
export function parseHierarchies(cgroup: string, mountinfo: string): Hierarchies {
  const mounts = mountinfo.split('\n').filter(Boolean).map(parseMount);
  const v1 = new Map<string, Hierarchy>();
  let unified: Hierarchy | undefined;
  for (const line of cgroup.split('\n').filter(Boolean)) {
    const [id, controllers = '', ...rest] = line.split(':');
    const path = rest.join(':');
    if (id === '0' && controllers === '') {
      unified = place(
        mounts.findLast(({ type }) => type === 'cgroup2'),
        path,
      );
      continue;
    }
    for (const controller of controllers.split(',')) {
      const mount = mounts.findLast(({ type, superOptions }) => type === 'cgroup' && superOptions.includes(controller));
      const hierarchy = place(mount, path);
      if (hierarchy) v1.set(controller, hierarchy);
    }
  }
  return { v1, unified };
}

/** One line: `36 35 98:0 /root /point options [optional ...] - type source superOptions`. */
function parseMount(line: string): Mount {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root = '/', point = ''] = before.split(' ');
  const [type = '', , superOptions = ''] = after.split(' ');
  return { root: unescape(root), point: unescape(point), type, superOptions: superOptions.split(',') };
}

/** The kernel writes blanks in paths as `\040`. */
function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

/** A container may have only a part of the hierarchy mounted: the group that it is in, which is then its top. */
function place(mount: Mount | undefined, path: string): Hierarchy | undefined {
  if (!mount) return undefined;
  const names = (text: string): string[] => text.split('/').filter(Boolean);
  const [root, own] = [names(mount.root), names(path)];
  const isInside = root.every((name, index) => own[index] === name) && !own.includes('..');
  return { mount: mount.point, own: isInside ? own.slice(root.length) : [] };
}
