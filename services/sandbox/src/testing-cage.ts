import { spawnSync } from 'node:child_process';

import { describe, it } from 'vitest';

/**
 * Why bubblewrap cannot work on this machine at all, asked of bubblewrap itself and not of our engine, so that a broken
 * engine is never taken for a machine without one. Undefined where it works.
 */
export function whyNoCage(user: { uid?: number; gid?: number } = {}): string | undefined {
  const args = ['--unshare-pid', '--unshare-net', '--ro-bind', '/', '/', '--proc', '/proc', 'true'];
  const { status, error, stderr } = spawnSync('bwrap', args, { ...user, cwd: '/', encoding: 'utf8' });
  if (error) return `bubblewrap cannot be started here: ${error.message}`;
  return status === 0 ? undefined : `bubblewrap does not work here: ${stderr.trim()}`;
}

/** The same of the kernel's namespaces, asked by a program of the base system. */
export function whyNoNamespaces(user: { uid?: number; gid?: number } = {}): string | undefined {
  const own = (user.uid ?? process.getuid?.()) === 0 ? [] : ['--user', '--map-root-user'];
  const args = [...own, '--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup', '--fork', '--mount-proc', 'true'];
  const { status, error, stderr } = spawnSync('unshare', args, { ...user, cwd: '/', encoding: 'utf8' });
  if (error) return `unshare cannot be started here: ${error.message}`;
  return status === 0 ? undefined : `namespaces cannot be made here: ${stderr.trim()}`;
}

/** Tests that need a working bubblewrap; elsewhere one skipped test says why. */
export function describeInCage(name: string, body: () => void): void {
  const reason = whyNoCage();
  if (reason === undefined) describe(name, body);
  else describe(name, () => it('needs bubblewrap', (ctx) => ctx.skip(reason)));
}
