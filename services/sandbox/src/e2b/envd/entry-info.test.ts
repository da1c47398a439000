import { describe, expect, it } from 'vitest';

import { entryInfo } from './entry-info.ts';

const FILE = {
  name: 'a',
  path: '/home/user/a',
  type: 'file',
  size: 4,
  mode: 0o644,
  owner: 'user',
  group: 'user',
  modifiedAt: 1_700_000_000_250,
  metadata: {},
} as const;

describe('entryInfo (SB-1)', () => {
  it('describes a file as envd does', () => {
    expect(entryInfo(FILE)).toMatchObject({
      name: 'a',
      size: 4n,
      mode: 0o644,
      permissions: '-rw-r--r--',
      modifiedTime: { seconds: 1_700_000_000n, nanos: 250_000_000 },
    });
    expect(entryInfo({ ...FILE, type: 'directory', mode: 0o1755 })).toMatchObject({
      permissions: 'drwxr-xr-x',
      mode: 0o755,
    });
  });

  it('says where a link points, from the root on', () => {
    expect(entryInfo({ ...FILE, type: 'symlink', symlinkTarget: '../x' }).symlinkTarget).toBe('/home/x');
  });
});
