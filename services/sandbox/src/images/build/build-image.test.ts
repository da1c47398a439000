import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findProgram } from '../../host/find-program.ts';
import type { Images } from '../images.ts';
import { TemplateSchema } from '../template.ts';
import { patientWaiter, testImages, type TestImages } from '../testing-images.ts';
import { imageBuilder } from './build-image.ts';

const ROOM = 'node_modules/.cache/holdfast-images';
const template = { packages: ['ca-certificates', 'busybox-static'], env: { GREETING: 'hello' } };

/**
 * Where the image is built. A build takes a minute, so it is kept for the next run, as long as the sources of the
 * builder are the same; in CI it is always built.
 */
async function storeFolder(): Promise<string> {
  if (process.env['CI'] === 'true') return mkdtemp(join(tmpdir(), 'holdfast-build-'));
  const hash = createHash('sha256');
  for (const name of (await readdir(import.meta.dirname)).sort())
    hash.update(await readFile(join(import.meta.dirname, name)));
  const name = hash.digest('hex').slice(0, 16);
  await mkdir(ROOM, { recursive: true });
  for (const other of await readdir(ROOM)) if (other !== name) await rm(join(ROOM, other), { recursive: true });
  return join(process.cwd(), ROOM, name);
}

describe('a template of Debian packages (SB-4)', () => {
  let test: TestImages;
  let images: Images;
  let reason: string | undefined;
  beforeAll(async () => {
    if (!(await findProgram('mmdebstrap'))) reason = 'mmdebstrap is not installed';
    else if (process.getuid?.() !== 0) reason = 'as another user than root, mmdebstrap needs subordinate ids';
    const folder = await storeFolder();
    await mkdir(folder, { recursive: true });
    test = await testImages(folder);
    images = await test.open(
      { templates: { debian: template } },
      {
        build: imageBuilder({ env: process.env }),
      },
    );
  });
  afterAll(async () => {
    expect(await test.temp(), 'half-made').toEqual([]);
    await test.close();
    if (process.env['CI'] === 'true') await rm(test.folder, { recursive: true });
  });

  it('is built on this machine, and its programs run in a cage', async (ctx) => {
    if (reason) ctx.skip(reason);
    const lease = await images.acquire('debian', 'process', patientWaiter());
    const run = promisify(execFile);
    const root = lease.rootfs ?? '';
    const cage = ['--unshare-all', '--ro-bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
    const script = 'cat /etc/debian_version; id -un 1000; busybox true && echo ran; ls -d /workspace /input /home/user';
    const { stdout } = await run('bwrap', [...cage, '--', '/bin/sh', '-c', script]);
    expect(stdout).toMatch(/^\S+\nuser\nran\n\/home\/user\n\/input\n\/workspace\n$/);
    expect(await readdir(join(root, 'usr/share/doc')).catch(() => []), 'no documentation').toEqual([]);
    expect(await readdir(join(root, 'var/lib/apt/lists')), 'no package lists').not.toContainEqual(
      expect.stringContaining('Packages'),
    );
    await lease.release();
  }, 600_000);

  it("that comes from a registry, or is the host's, says what it needs", async () => {
    const builder = imageBuilder({ env: {} });
    const order = { ...patientWaiter(), tar: '/nowhere/tar', temp: '/nowhere' };
    const declared = { id: 'x', ...TemplateSchema.parse({ host: true }) };
    await expect(builder({ ...order, template: declared })).rejects.toThrow('Declare packages or pull');
    await expect(builder({ ...order, template: { ...declared, pull: 'x' } })).rejects.toThrow('Docker or Podman');
    const pulled: string[] = [];
    const pull = async (reference: string, tar: string): Promise<void> => void pulled.push(reference, tar);
    await imageBuilder({ env: {}, pull })({ ...order, template: { ...declared, pull: 'x' } });
    expect(pulled).toEqual(['x', '/nowhere/tar']);
  });
});
