import type { BoxOwners } from '../engine.ts';

/** Files of /etc that are made for a box, by name. */
export type EtcFiles = Readonly<Record<'passwd' | 'group' | 'hosts' | 'resolv.conf', string>>;

/** What an image has itself; empty where it has none. */
export interface ImageUsers {
  readonly passwd: string;
  readonly group: string;
}

/**
 * The users of the image, and before them `user` and `root` as the numbers that they are on the host: a container has no
 * user namespace, and uid 0 in it would be the host's own. The first line of a name and of a number counts.
 * The engines' own /etc/hosts and /etc/resolv.conf tell of the host and its network: these do not.
 */
export function etcFiles(owners: BoxOwners, image: ImageUsers): EtcFiles {
  const { user, root } = owners;
  const shell = /^root:.*:(\/[^:\n]+)$/m.exec(image.passwd)?.[1] ?? '/bin/sh';
  const passwd = [`user:x:${user.uid}:${user.gid}:user:/home/user:${shell}`];
  const group = [`user:x:${user.gid}:`];
  if (root) passwd.push(`root:x:${root.uid}:${root.gid}:root:/root:${shell}`);
  if (root) group.push(`root:x:${root.gid}:`);
  return {
    passwd: [...passwd, ...linesOf(image.passwd, 'root:x:0:0:root:/root:/bin/sh')].join('\n').concat('\n'),
    group: [...group, ...linesOf(image.group, 'root:x:0:')].join('\n').concat('\n'),
    hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
    'resolv.conf': '# Names are resolved by the proxy.\n',
  };
}

function linesOf(text: string, instead: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('user:'));
  return lines.length === 0 ? [instead] : lines;
}
