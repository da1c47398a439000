import { execFile, execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';

import { findProgram } from '../../../host/find-program.ts';

const run = promisify(execFile);
const PROGRAMS = ['busybox', 'dash', 'dd', 'tail', 'sleep'];
/** In the order in which they need each other. */
const MODULES = ['virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci', 'virtio_blk'];

/** What the machine is made of, all of it from Debian packages. */
export interface Parts {
  readonly qemu: string;
  readonly kernel: string;
  readonly modules: readonly string[];
}

/** The parts that this host has, or why no machine can be made of them. */
export async function findParts(): Promise<Parts | { readonly why: string }> {
  if (process.arch !== 'x64') return { why: 'the virtual machine of this test is an x64 one' };
  const qemu = await findProgram('qemu-system-x86_64');
  for (const name of [...PROGRAMS, 'mke2fs']) {
    if ((await findProgram(name)) === undefined) return { why: `the program ${name} is not installed` };
  }
  const kernel = (await readdir('/boot').catch(() => [])).findLast((name) => /^vmlinuz-.*-cloud-amd64$/.test(name));
  if (!qemu || !kernel) return { why: 'qemu-system-x86 and linux-image-cloud-amd64 are not installed' };
  const folder = `/usr/lib/modules/${kernel.replace('vmlinuz-', '')}/kernel/drivers`;
  const modules = MODULES.map((name) => join(folder, name === 'virtio_blk' ? 'block' : 'virtio', `${name}.ko`));
  for (const path of modules) {
    if (!(await isThere(path))) return { why: `${path} is not there` };
  }
  return { qemu, kernel: join('/boot', kernel), modules };
}

/** A disk with Node, the suite, and the few programs that it starts. Returns the image's path. */
export async function buildDisk(folder: string): Promise<string> {
  const [root, image] = [join(folder, 'root'), join(folder, 'disk.img')];
  for (const name of ['bin', 'proc', 'sys', 'dev', 'tmp', 'app', 'alone'])
    await mkdir(join(root, name), { recursive: true });
  const node = process.execPath;
  for (const program of [node, ...(await paths(PROGRAMS))]) {
    await copyFile(program, join(root, 'bin', basename(program)));
    for (const library of librariesOf(program)) {
      await mkdir(join(root, dirname(library)), { recursive: true });
      await copyFile(library, join(root, library));
    }
  }
  await copyFile(join(root, 'bin', 'dash'), join(root, 'bin', 'sh'));
  await bundle(join(root, 'app'));
  await writeFile(image, '');
  await truncate(image, 512 << 20);
  await run('/sbin/mke2fs', ['-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-d', root, image]);
  return image;
}

/** The first file system of the machine: it mounts the disk and runs `script` in it. Returns the archive's path. */
export async function buildInitrd(folder: string, modules: readonly string[], script: string): Promise<string> {
  const [root, archive] = [join(folder, 'initrd'), join(folder, 'initrd.cpio')];
  for (const name of ['', 'dev', 'disk']) await mkdir(join(root, name), { recursive: true });
  for (const path of [...modules, ...(await paths(['busybox']))]) await copyFile(path, join(root, basename(path)));
  const init = [
    '#!/busybox sh',
    ...modules.map((path) => `/busybox insmod /${basename(path)}`),
    '/busybox mount -t devtmpfs dev /dev',
    'until [ -b /dev/vda ]; do /busybox sleep 0.1; done',
    '/busybox mount -t ext4 /dev/vda /disk',
    `/busybox chroot /disk /bin/sh -c '${script}'`,
    '/busybox poweroff -f',
  ];
  await writeFile(join(root, 'init'), `${init.join('\n')}\n`);
  await chmod(join(root, 'init'), 0o755);
  execFileSync('sh', ['-c', 'find . | busybox cpio -o -H newc >"$0"', archive], { cwd: root, stdio: 'pipe' });
  return archive;
}

async function bundle(outdir: string): Promise<void> {
  const source = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  await build({
    entryPoints: { suite: source('suite.ts'), 'testing-owner': source('../testing-owner.ts') },
    alias: { vitest: source('vitest.ts') },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outdir,
    // The suite starts the other one by its name in the sources.
    outExtension: { '.js': '.ts' },
  });
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }');
}

async function paths(programs: readonly string[]): Promise<string[]> {
  return (await Promise.all(programs.map(findProgram))).filter((path) => path !== undefined);
}

/** None for a program that is linked statically. */
function librariesOf(program: string): string[] {
  try {
    return execFileSync('ldd', [program], { encoding: 'utf8', stdio: 'pipe' }).match(/\/lib\S+/g) ?? [];
  } catch (error) {
    if (error instanceof Error && 'status' in error) return [];
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
