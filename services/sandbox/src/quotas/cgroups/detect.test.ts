import { describe, expect, it } from 'vitest';

import { parseHierarchies } from './detect.ts';

describe('finding the cgroup hierarchies of a host (SB-2)', () => {
  it('knows a host with v2 only', () => {
    const { v1, unified } = parseHierarchies(
      '0::/system.slice/holdfast.service\n',
      '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n',
    );
    expect(v1.size).toBe(0);
    expect(unified).toEqual({ mount: '/sys/fs/cgroup', own: ['system.slice', 'holdfast.service'] });
  });

  it('knows a hybrid host, with two controllers in one hierarchy', () => {
    const { v1, unified } = parseHierarchies(
      '12:memory:/jobs/a\n4:cpu,cpuacct:/\n1:name=systemd:/init.scope\n0::/init.scope\n',
      [
        '31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
        '32 31 0:29 / /sys/fs/cgroup/unified rw shared:5 - cgroup2 cgroup2 rw',
        '33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:6 - cgroup cgroup rw,cpu,cpuacct',
        '34 31 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
      ].join('\n'),
    );
    expect([...v1]).toEqual([
      ['memory', { mount: '/sys/fs/cgroup/memory', own: ['jobs', 'a'] }],
      ['cpu', { mount: '/sys/fs/cgroup/cpu,cpuacct', own: [] }],
      ['cpuacct', { mount: '/sys/fs/cgroup/cpu,cpuacct', own: [] }],
    ]);
    expect(unified).toEqual({ mount: '/sys/fs/cgroup/unified', own: ['init.scope'] });
  });

  it('takes what a container sees of a hierarchy for the top of it', () => {
    const { v1 } = parseHierarchies(
      '5:pids:/docker/4f2a/inner\n6:memory:/elsewhere\n7:freezer:/../outside\n',
      [
        '1 0 0:30 /docker/4f2a /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids',
        '2 0 0:31 /docker/4f2a /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
        '3 0 0:32 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer',
      ].join('\n'),
    );
    expect(v1.get('pids')).toEqual({ mount: '/sys/fs/cgroup/pids', own: ['inner'] });
    expect(v1.get('memory')).toEqual({ mount: '/sys/fs/cgroup/memory', own: [] });
    expect(v1.get('freezer')).toEqual({ mount: '/sys/fs/cgroup/freezer', own: [] });
  });

  it('leaves out what is not mounted, and reads blanks in paths', () => {
    const { v1, unified } = parseHierarchies(
      '5:pids:/a b\n2:cpu:/\n0::/x:y\n',
      '1 0 0:30 / /mnt/my\\040groups rw - cgroup cgroup rw,pids\n2 0 0:31 / /u rw - cgroup2 none rw\n',
    );
    expect([...v1]).toEqual([['pids', { mount: '/mnt/my groups', own: ['a b'] }]]);
    expect(unified).toEqual({ mount: '/u', own: ['x:y'] });
  });
});
