import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { type CpioEntry, cpioArchive } from './cpio.ts';
import { moduleOrder } from './modules.ts';

/** For the machines of QEMU and of Firecracker; each guest loads all of them, what has no device stays idle. */
const MODULES = ['virtio_pci', 'virtio_mmio', 'virtio_blk', 'virtio_console', 'vmw_vsock_virtio_transport', 'overlay'];

/** What the first file system of a guest is made of. Paths of the host. */
export interface InitramfsParts {
  readonly agent: string;
  /** The folder of modules.dep. */
  readonly modules: string;
  /** A statically linked busybox: the programs of a guest that has no template. */
  readonly busybox: string;
}

/** The first file system of a guest, as the kernel takes it. The same parts give the same bytes. */
export async function buildInitramfs(parts: InitramfsParts): Promise<Buffer> {
  const order = moduleOrder(await readFile(join(parts.modules, 'modules.dep'), 'utf8'), MODULES);
  const modules = await Promise.all(
    order.map(async (path) => file(`modules/${basename(path)}`, await readFile(join(parts.modules, path)), 0o644)),
  );
  const lines = order.map((path) => `/modules/${basename(path)}\n`).join('');
  const archive = cpioArchive([
    file('init', await readFile(parts.agent), 0o755),
    folder('modules'),
    file('modules/order', Buffer.from(lines), 0o644),
    ...modules,
    ...(await programs(parts.busybox)),
  ]);
  return gzipSync(archive, { level: 6 });
}

async function programs(busybox: string): Promise<CpioEntry[]> {
  const { stdout } = await promisify(execFile)(busybox, ['--list']);
  const names = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  return [
    ...['base', 'base/bin', 'base/usr', 'base/usr/local', 'base/usr/local/bin'].map(folder),
    ...['base/sbin', 'base/usr/bin', 'base/usr/sbin'].map((path) => link(path, '/bin')),
    file('base/bin/busybox', await readFile(busybox), 0o755),
    ...names.map((name) => link(`base/bin/${name}`, 'busybox')),
  ];
}

function file(path: string, content: Uint8Array, mode: number): CpioEntry {
  return { path, kind: 'file', content, mode };
}

function folder(path: string): CpioEntry {
  return { path, kind: 'folder' };
}

function link(path: string, target: string): CpioEntry {
  return { path, kind: 'link', target };
}
