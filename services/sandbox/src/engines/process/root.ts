import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

/** What of a root there is, and how: the host's, found once, or that of an unpacked template. */
export interface Root {
  /** /bin, /lib ... that are symbolic links (merged /usr), with their targets. */
  readonly links: readonly (readonly [path: string, target: string])[];
  /** Folders and files, read-only: where they lie on the host, and where in the box. */
  readonly folders: readonly (readonly [from: string, to: string])[];
  /** Whether /etc comes with it. Otherwise only what programs need to start at all is taken from the host's. */
  readonly hasEtc: boolean;
  /** The node that runs the service, where it runs on this root too. */
  readonly node?: string;
}

const LOCALTIME = '/etc/localtime';
const TOP = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** Of a template's root: what every box has of its own. */
const OWN = [
  'proc',
  'dev',
  'sys',
  'tmp',
  'run',
  'home',
  'root',
  'workspace',
  'input',
  'mnt',
  'media',
  'boot',
  '.holdfast',
];

/** The programs of the host: the node that runs this, /usr, and /bin, /lib ... as they are there. */
export async function hostRoot(): Promise<Root> {
  const links: [string, string][] = [];
  const folders: [string, string][] = [['/usr', '/usr']];
  for (const path of TOP) {
    const kind = await kindOf(path);
    if (kind === 'link') links.push([path, await readlink(path)]);
    if (kind === 'folder') folders.push([path, path]);
  }
  // The time zone: a link into /usr, nearly everywhere. Where it is a file, the box has UTC.
  if ((await kindOf(LOCALTIME)) === 'link') links.push([LOCALTIME, await readlink(LOCALTIME)]);
  return { links, folders, hasEtc: false, node: process.execPath };
}

/** The root of an unpacked template. Throws SANDBOX_UNAVAILABLE when it cannot be read. */
export async function templateRoot(rootfs: string): Promise<Root> {
  const links: [string, string][] = [];
  const folders: [string, string][] = [];
  try {
    for (const name of await readdir(rootfs)) {
      if (OWN.includes(name)) continue;
      const from = join(rootfs, name);
      if ((await kindOf(from)) === 'link') links.push([`/${name}`, await readlink(from)]);
      else folders.push([from, `/${name}`]);
    }
  } catch (error) {
    throw new HoldfastError('SANDBOX_UNAVAILABLE', `The unpacked template ${rootfs} cannot be read. Build it again.`, {
      cause: error,
    });
  }
  return { links, folders, hasEtc: folders.some(([, to]) => to === '/etc') };
}

async function kindOf(path: string): Promise<'link' | 'folder' | 'none'> {
  try {
    const found = await lstat(path);
    return found.isSymbolicLink() ? 'link' : 'folder';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    throw error;
  }
}
