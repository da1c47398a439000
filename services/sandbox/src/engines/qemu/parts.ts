import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { HoldfastError } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import { findProgram } from '../../host/find-program.ts';
import { buildInitramfs } from '../guest/initramfs.ts';
import { findKernel } from '../guest/kernel.ts';

/** What the host has for machines of QEMU. */
export interface GuestParts {
  readonly programs: { readonly qemu: string; readonly agent: string; readonly setpriv: string };
  /** As QEMU says it; a saved state belongs to exactly one. */
  readonly qemuVersion: string;
  readonly kernel: string;
  readonly initramfs: string;
  readonly initramfsHash: string;
}

/** QEMU and what version it is. Throws SANDBOX_UNAVAILABLE where it is not there. */
export async function findQemu(arch: string): Promise<{ readonly qemu: string; readonly version: string }> {
  if (arch !== 'x64') throw unavailable('QEMU guests are made on x64 only. Choose the level container or process.');
  const qemu = await program('qemu-system-x86_64', 'qemu-system-x86');
  const { stdout } = await promisify(execFile)(qemu, ['--version']);
  return { qemu, version: stdout.split('\n')[0]?.trim() ?? '' };
}

/** Finds all parts and makes the first file system of the guests in `folder`. Throws SANDBOX_UNAVAILABLE. */
export async function findParts(folder: string, arch: string): Promise<GuestParts> {
  const { qemu, version } = await findQemu(arch);
  const programs = { qemu, agent: agentBinary(arch), setpriv: await program('setpriv', 'util-linux') };
  const kernel = await findKernel();
  const busybox = await program('busybox', 'busybox-static');
  const content = await buildInitramfs({ agent: programs.agent, modules: kernel.modules, busybox });
  const initramfsHash = createHash('sha256').update(content).digest('hex').slice(0, 32);
  const initramfs = join(folder, `initramfs-${initramfsHash}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // QEMU reads it as its own user.
  await writeFile(`${initramfs}.half`, content, { mode: 0o644 });
  await rename(`${initramfs}.half`, initramfs);
  return { programs, qemuVersion: version, kernel: kernel.image, initramfs, initramfsHash };
}

async function program(name: string, debianPackage: string): Promise<string> {
  const found = await findProgram(name);
  if (found !== undefined) return found;
  throw unavailable(`The program ${name} is not on this host. Install the Debian package ${debianPackage}.`);
}

function unavailable(message: string): HoldfastError {
  return new HoldfastError('SANDBOX_UNAVAILABLE', `${message} Nothing was run.`);
}
