import { describe, expect, it } from 'vitest';

import type { BoxSpec } from '../engine.ts';
import { mountPlan } from '../process/mount-plan.ts';
import { TEST_LIMITS } from '../process/testing.ts';
import { nsjailConfiguration } from './configuration.ts';

const AGENT = '/opt/agent-x64';
const HOST = { links: [['/bin', 'usr/bin']], folders: [['/usr', '/usr']], hasEtc: false } as const;
const TEMPLATE = { links: [], folders: [['/images/a/etc', '/etc']], hasEtc: true } as const;
const SPEC: BoxSpec = {
  id: 'abc',
  workspace: '/data/workspace',
  home: '/data/home',
  inputs: [{ name: 'docs "1"\n', path: '/data/docs' }],
  owners: { user: { uid: 52_001, gid: 52_001 }, root: { uid: 53_001, gid: 53_001 } },
  limits: TEST_LIMITS,
};
const ROOT = { isRoot: true, uid: 0, gid: 0, filter: true };

const render = (host = ROOT, root: Parameters<typeof mountPlan>[1] = HOST) =>
  nsjailConfiguration(SPEC, mountPlan(SPEC, root, AGENT), host);
const mounts = (configuration: ReturnType<typeof render>) => configuration['mount'] as Record<string, unknown>[];
const at = (dst: string, configuration = render()) => mounts(configuration).filter((mount) => mount['dst'] === dst);

describe('the configuration for nsjail (SB-1)', () => {
  it('leaves limits, control groups and the filter to us, and asks for every namespace', () => {
    const configuration = render();
    expect(configuration).toMatchObject({ mode: 'ONCE', disable_rl: true, time_limit: 0, keep_env: false });
    expect(Object.keys(configuration).filter((key) => /cgroup|seccomp|iface|newnet|newpid|newns/.test(key))).toEqual(
      [],
    );
  });

  it('has the agent make two users where the service is root, and one itself elsewhere', () => {
    expect(render()).toMatchObject({
      clone_newuser: false,
      cap: ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'],
      exec_bin: {
        path: '/.holdfast/agent',
        arg: ['serve', '--users', '52001', '53001', '--confine', '3'],
      },
      pass_fd: [3],
    });
    expect(render({ isRoot: false, uid: 1001, gid: 1002, filter: false })).toMatchObject({
      clone_newuser: true,
      uidmap: [{ inside_id: '1000', outside_id: '1001', count: 1 }],
      gidmap: [{ inside_id: '1000', outside_id: '1002', count: 1 }],
      exec_bin: { arg: ['serve', '--confine', 'none'] },
      pass_fd: [],
    });
  });

  it('writes only where the box may, and no mount brings devices or other users’ rights', () => {
    const writable = mounts(render()).filter((mount) => mount['rw'] === true);
    expect(writable.map((mount) => mount['dst'])).toEqual([
      '/proc',
      ...['null', 'zero', 'full', 'random', 'urandom', 'tty', 'pts'].map((name) => `/dev/${name}`),
      '/dev/shm',
      '/tmp',
      '/root',
      '/home/user',
      '/workspace',
    ]);
    for (const mount of mounts(render()).filter(({ is_symlink }) => is_symlink !== true)) {
      expect(mount).toMatchObject({ nosuid: true });
      if (!String(mount['dst']).startsWith('/dev/')) expect(mount).toMatchObject({ nodev: true });
    }
  });

  it('names what the host need not have, and bounds memory files', () => {
    expect(at('/etc/alternatives')).toEqual([expect.objectContaining({ is_bind: true, mandatory: false })]);
    expect(at('/tmp')).toEqual([
      expect.objectContaining({ fstype: 'tmpfs', options: `size=${TEST_LIMITS.tmpBytes},mode=1777` }),
    ]);
    expect(at('/.holdfast/etc')).toEqual([expect.objectContaining({ is_bind: true, rw: false })]);
    expect(at('/etc/passwd')).toEqual([expect.objectContaining({ src: '/.holdfast/etc/passwd', is_symlink: true })]);
    expect(at('/input/docs "1"\n')).toEqual([expect.objectContaining({ src: '/data/docs', is_bind: true, rw: false })]);
  });

  it('does not cover the /etc of a template', () => {
    expect(at('/etc', render(ROOT, TEMPLATE))).toEqual([
      { src: '/images/a/etc', dst: '/etc', is_bind: true, rw: false, nosuid: true, nodev: true },
    ]);
  });
});
