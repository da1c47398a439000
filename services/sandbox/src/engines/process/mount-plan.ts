import { dirname, join } from 'node:path';

import { AGENT_INSIDE } from '../../agent/binary.ts';
import { type BoxSpec, placeOf } from '../engine.ts';
import type { Root } from './root.ts';

/** One step of making the root of a box. `to` is a path inside; the steps are taken in their order. */
export type MountStep =
  /** A file or folder of the host. Every mount is nosuid and nodev. */
  | { readonly kind: 'bind'; readonly from: string; readonly to: string; readonly writable: boolean }
  /** The same, read-only, and left out where the host has none. */
  | { readonly kind: 'bind-if-there'; readonly from: string; readonly to: string }
  | { readonly kind: 'link'; readonly to: string; readonly target: string }
  /** An empty folder that everybody may enter. */
  | { readonly kind: 'folder'; readonly to: string }
  /** A file system in memory that everybody may write to. */
  | { readonly kind: 'memory'; readonly to: string; readonly bytes: number }
  | { readonly kind: 'proc'; readonly to: string }
  /** null, zero, full, random, urandom, tty and own terminals; nothing else. */
  | { readonly kind: 'devices'; readonly to: string }
  /** From here on the mount is read-only. */
  | { readonly kind: 'close'; readonly to: string };

/** Files of the host's /etc that programs need to start. Nothing else of it is seen but the time zone. */
const ETC = ['/etc/ld.so.cache', '/etc/alternatives', '/etc/ssl'];

/** Files that every box has of its own: beside the agent, the same for all, so that they need not be made. */
const OWN_ETC = ['passwd', 'group', 'hosts'];
const OWN_ETC_INSIDE = '/.holdfast/etc';

/** The last folder on the PATH of commands: it has the service's own `node`, for hosts that have none in /usr. */
export const NODE_FOLDER = '/.holdfast/bin';

/** What a box of level process sees of files, whichever program makes it: the one policy that all of them render. */
export function mountPlan(spec: BoxSpec, root: Root, agent: string): readonly MountStep[] {
  const inMemory = (to: string): MountStep => ({ kind: 'memory', to, bytes: spec.limits.tmpBytes });
  const readOnly = (from: string, to: string): MountStep => ({ kind: 'bind', from, to, writable: false });
  const writable = (from: string, to: string): MountStep => ({ kind: 'bind', from, to, writable: true });
  return [
    ...root.folders.map(([from, to]) => readOnly(from, to)),
    // Made first: as mere parents of mount points they would be closed to the inside user.
    ...['/etc', '/input', '/home', '/run', '/.holdfast'].map((to): MountStep => ({ kind: 'folder', to })),
    ...root.links.map(([to, target]): MountStep => ({ kind: 'link', to, target })),
    ...etcOf(root, join(dirname(dirname(agent)), 'etc')),
    readOnly(agent, AGENT_INSIDE),
    ...nodeOf(root),
    { kind: 'proc', to: '/proc' },
    { kind: 'devices', to: '/dev' },
    inMemory('/dev/shm'),
    inMemory('/tmp'),
    inMemory('/root'),
    spec.home === undefined ? inMemory('/home/user') : writable(spec.home, '/home/user'),
    ...(spec.workspace === undefined ? [] : [writable(spec.workspace, '/workspace')]),
    ...parentsOf(spec.inputs.map(placeOf)),
    ...spec.inputs.map((input) => readOnly(input.path, placeOf(input))),
    // Where the inside user owns these memory file systems, it could fill them.
    { kind: 'close', to: '/dev' },
    { kind: 'close', to: '/' },
  ];
}

/** Folders above mount points that are not there anyway: as their mere parents they would be closed to the inside user. */
function parentsOf(places: readonly string[]): readonly MountStep[] {
  const made = new Set(['/', '/input', '/home', '/tmp', '/root']);
  const steps: MountStep[] = [];
  for (const place of places) {
    for (let end = place.indexOf('/', 1); end > 0; end = place.indexOf('/', end + 1)) {
      const to = place.slice(0, end);
      if (made.has(to)) continue;
      made.add(to);
      steps.push({ kind: 'folder', to });
    }
  }
  return steps;
}

/** Left out when it is no more: an update replaces it while the service runs. */
function nodeOf({ node }: Root): readonly MountStep[] {
  if (node === undefined) return [];
  return [
    { kind: 'folder', to: NODE_FOLDER },
    { kind: 'bind-if-there', from: node, to: `${NODE_FOLDER}/node` },
  ];
}

/** Each mount costs a third of a millisecond: where /etc is the box's own, links to one mounted folder do. */
function etcOf(root: Root, own: string): readonly MountStep[] {
  if (root.hasEtc) {
    return OWN_ETC.map((name) => ({ kind: 'bind', from: join(own, name), to: `/etc/${name}`, writable: false }));
  }
  return [
    ...ETC.map((path): MountStep => ({ kind: 'bind-if-there', from: path, to: path })),
    { kind: 'bind', from: own, to: OWN_ETC_INSIDE, writable: false },
    ...OWN_ETC.map((name): MountStep => ({ kind: 'link', to: `/etc/${name}`, target: `${OWN_ETC_INSIDE}/${name}` })),
  ];
}
