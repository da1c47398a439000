import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { createBubblewrapEngine } from '../engines/bubblewrap/engine.ts';
import { TEST_LIMITS } from '../engines/process/testing.ts';
import { capture } from '../execute/capture.ts';
import { describeInCage } from '../testing-cage.ts';
import { patientWaiter, testImages, type TestImages, tinyTemplates } from './testing-images.ts';

describeInCage('a box of an image (SB-4)', () => {
  let test: TestImages;
  let home: string;
  beforeEach(async () => {
    test = await testImages();
    home = await mkdtemp(join(tmpdir(), 'holdfast-home-'));
  });
  afterEach(async () => {
    await test.close();
    await rm(home, { recursive: true });
  });

  it('has the programs of the image and none of the host, and cannot change it', async () => {
    const isRoot = process.getuid?.() === 0;
    const uid = isRoot ? 59_500 : (process.getuid?.() ?? 0);
    await chmod(home, 0o700);
    if (isRoot) await chown(home, uid, uid);
    const images = await test.open({ templates: tinyTemplates('tiny') });
    const lease = await images.acquire('tiny', 'process', patientWaiter());
    const { rootfs = '' } = lease;
    const engine = await createBubblewrapEngine({ os: process.platform, arch: process.arch, isRoot });
    const box = await engine.create({
      id: 'imagetest',
      inputs: [],
      home,
      rootfs,
      owners: { user: { uid, gid: uid }, ...(isRoot ? { root: { uid: uid + 1, gid: uid + 1 } } : {}) },
      limits: TEST_LIMITS,
    });
    try {
      const sh = (script: string) => capture(box.agent, ['/bin/sh', '-c', script], { PATH: '/bin' });
      expect((await sh('cat /etc/template; ls /bin')).stdout).toBe(
        'tinybusybox\nbusybox-setuid\ncat\necho\nid\nls\nsh\nsleep\n',
      );
      expect((await sh('echo x > /etc/template')).exitCode).not.toBe(0);
      expect((await sh('/bin/busybox-setuid id -u')).stdout, 'no bit changes the user').toBe('1000\n');
      expect((await sh('ls /usr/bin')).exitCode).not.toBe(0);
    } finally {
      await box.destroy();
      await lease.release();
    }
    expect(await readdir(join(rootfs, 'workspace'))).toEqual([]);
  });
});
