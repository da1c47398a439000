import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, copyFile, link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import type { HoldableAgent } from '../../agent/connect.ts';
import { findProgram } from '../../host/find-program.ts';
import type { Box, BoxSpec, Engine } from '../engine.ts';
import { makeDisk, makeTemplateDisk } from '../guest/disks.ts';
import { buildInitramfs } from '../guest/initramfs.ts';
import { renew } from '../guest/renew.ts';
import { FirecrackerBox } from './box.ts';
import { firecrackerCommand, type FirecrackerPrograms } from './command.ts';
import { FILES, FirecrackerMachine, layOut } from './machine.ts';
import { type FirecrackerSnapshot, readSnapshot } from './snapshot.ts';

const MIB = 1024 * 1024;
const LEAST_MEMORY_MIB = 128;
/** With KVM a guest boots in a second. */
const WAIT_MS = 60_000;
/** Firecracker itself, with its threads beside the cores of the guest. */
const OVERHEAD = { memoryBytes: 32 * MIB, pids: 8 };

/** What {@link firecrackerEngine} takes from the outside. Paths of the host. */
export interface FirecrackerEngineOptions {
  /** Kept between starts of the service: disks of templates, and the boxes that run. */
  readonly folder: string;
  readonly firecracker: string;
  readonly jailer?: string;
  /** An uncompressed kernel (vmlinux), which is what Firecracker boots, with the folder of its modules. */
  readonly kernel: { readonly image: string; readonly modules: string };
  readonly arch?: string;
}

/** Virtual machines of Firecracker, on hosts whose KVM works. */
export function firecrackerEngine(options: FirecrackerEngineOptions): Engine {
  return new FirecrackerEngine(options);
}

interface Parts {
  readonly programs: FirecrackerPrograms;
  readonly version: string;
  readonly initramfs: string;
  readonly initramfsHash: string;
}

class FirecrackerEngine implements Engine {
  readonly name = 'firecracker';
  readonly level = sandboxpb.Level.MICROVM;
  readonly overhead = OVERHEAD;
  readonly #options: FirecrackerEngineOptions;
  readonly #live = new Set<string>();
  readonly #templates = new Map<string, Promise<string>>();
  #parts: Promise<Parts> | undefined;

  constructor(options: FirecrackerEngineOptions) {
    this.#options = options;
  }

  async version(): Promise<string> {
    try {
      const { stdout } = await promisify(execFile)(this.#options.firecracker, ['--version']);
      return stdout.split('\n')[0]?.trim() ?? '';
    } catch (error) {
      throw new HoldfastError(
        'SANDBOX_UNAVAILABLE',
        `Firecracker cannot be run (${this.#options.firecracker}). Install it, or choose the engine qemu. Nothing was run.`,
        { cause: error },
      );
    }
  }

  async create(spec: BoxSpec): Promise<Box> {
    const snapshot = await this.#describe({
      memoryMiB: Math.max(LEAST_MEMORY_MIB, Math.floor(spec.limits.memoryBytes / MIB)),
      cores: Math.max(1, Math.ceil(spec.limits.cpus)),
      hasTemplate: spec.rootfs !== undefined,
    });
    return this.#begin(
      spec,
      snapshot,
      async (machine) => machine.boot(snapshot),
      async (folder) => {
        await makeDisk(join(folder, FILES.disk), Math.floor(spec.limits.diskBytes / MIB) * MIB);
      },
    );
  }

  /** Throws FAILED_PRECONDITION for a snapshot of another version of Firecracker, kernel or agent. */
  async restore(from: string, spec: BoxSpec): Promise<Box> {
    const snapshot = await readSnapshot(from);
    const now = await this.#describe(snapshot);
    if (JSON.stringify(now) !== JSON.stringify(snapshot) || snapshot.hasTemplate !== (spec.rootfs !== undefined)) {
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        'This snapshot belongs to another version of Firecracker, kernel, agent or template than this host has now. It was ' +
          'not changed. Make a new sandbox.',
      );
    }
    return this.#begin(
      spec,
      snapshot,
      async (machine) => machine.load(),
      (folder) => layOut(from, folder),
    );
  }

  /** A jailed machine may outlive the service: it is known by the process that the box's folder names. */
  async reap(): Promise<number> {
    const left = (await readdir(this.#records).catch(() => [])).filter((name) => !this.#live.has(name));
    for (const name of left) {
      await endProcess(join(this.#records, name));
      await rm(join(await this.#folderOf(name)), { recursive: true, force: true });
      await rm(join(this.#records, name), { force: true });
    }
    return left.length;
  }

  async #begin(
    spec: BoxSpec,
    snapshot: FirecrackerSnapshot,
    begin: (machine: FirecrackerMachine) => Promise<HoldableAgent>,
    fill: (folder: string) => Promise<void>,
  ): Promise<Box> {
    const { programs, initramfs } = await this.#found();
    const name = `holdfast-${spec.id}`;
    const command = await firecrackerCommand(programs, this.#boxes, { name, owner: spec.owners.user, ...spec });
    const outer = await this.#folderOf(name);
    const record = join(this.#records, name);
    this.#live.add(name);
    let machine: FirecrackerMachine | undefined;
    const remove = async (): Promise<void> => {
      await machine?.kill();
      await rm(outer, { recursive: true, force: true });
      await rm(record, { force: true });
      this.#live.delete(name);
    };
    try {
      await mkdir(this.#records, { recursive: true, mode: 0o700 });
      await mkdir(command.folder, { recursive: true, mode: 0o700 });
      await share(this.#options.kernel.image, join(command.folder, FILES.kernel));
      await share(initramfs, join(command.folder, FILES.initramfs));
      if (spec.rootfs !== undefined) {
        await share(await this.#templateOf(spec.rootfs), join(command.folder, FILES.template));
      }
      await fill(command.folder);
      if (process.getuid?.() === 0) {
        const { uid, gid } = spec.owners.user;
        for (const path of ['', FILES.disk]) await chown(join(command.folder, path), uid, gid);
      }
      machine = await FirecrackerMachine.start(command, WAIT_MS);
      await writeFile(record, JSON.stringify({ pid: machine.pid, started: await startOf(machine.pid) }));
      const agent = await begin(machine);
      await renew(agent, { now: Date.now(), entropy: randomBytes(64), limits: spec.limits });
      const onGone = (): void => {
        this.#live.delete(name);
        void rm(record, { force: true });
      };
      return new FirecrackerBox({ machine, agent, spec, folder: outer, snapshot, onGone });
    } catch (error) {
      await remove();
      throw error;
    }
  }

  async #describe(
    size: Pick<FirecrackerSnapshot, 'memoryMiB' | 'cores' | 'hasTemplate'>,
  ): Promise<FirecrackerSnapshot> {
    const { version, initramfsHash } = await this.#found();
    const { size: bytes, mtimeMs } = await stat(this.#options.kernel.image);
    return {
      version,
      kernel: `${this.#options.kernel.image} ${bytes} ${mtimeMs}`,
      initramfs: initramfsHash,
      memoryMiB: size.memoryMiB,
      cores: size.cores,
      hasTemplate: size.hasTemplate,
    };
  }

  async #templateOf(rootfs: string): Promise<string> {
    const { ino, dev, ctimeMs } = await stat(rootfs);
    const key = createHash('sha256')
      .update(JSON.stringify([rootfs, dev, ino, ctimeMs]))
      .digest('hex')
      .slice(0, 32);
    const folder = join(this.#options.folder, 'roots');
    const disk = join(folder, `${key}.ext4`);
    const made = this.#templates.get(key) ?? makeTemplate(folder, disk, rootfs);
    this.#templates.set(key, made);
    made.catch(() => this.#templates.delete(key));
    return made;
  }

  #found(): Promise<Parts> {
    this.#parts ??= this.#find();
    this.#parts.catch(() => {
      this.#parts = undefined;
    });
    return this.#parts;
  }

  async #find(): Promise<Parts> {
    const { folder, firecracker, jailer, kernel } = this.#options;
    const [setpriv, busybox] = [await findProgram('setpriv'), await findProgram('busybox')];
    if (setpriv === undefined || busybox === undefined) {
      throw new HoldfastError(
        'SANDBOX_UNAVAILABLE',
        'Install the Debian packages util-linux and busybox-static, which guests of Firecracker need. Nothing was run.',
      );
    }
    const agent = agentBinary(this.#options.arch ?? process.arch);
    const content = await buildInitramfs({ agent, modules: kernel.modules, busybox });
    const initramfsHash = createHash('sha256').update(content).digest('hex').slice(0, 32);
    const initramfs = join(folder, `initramfs-${initramfsHash}`);
    await mkdir(folder, { recursive: true, mode: 0o711 });
    await writeFile(initramfs, content, { mode: 0o644 });
    return {
      programs: { firecracker, jailer: process.getuid?.() === 0 ? jailer : undefined, agent, setpriv },
      version: await this.version(),
      initramfs,
      initramfsHash,
    };
  }

  async #folderOf(name: string): Promise<string> {
    const { programs } = await this.#found();
    const at =
      programs.jailer === undefined ? [] : [programs.firecracker.slice(programs.firecracker.lastIndexOf('/') + 1)];
    return join(this.#boxes, ...at, name);
  }

  get #boxes(): string {
    return join(this.#options.folder, 'boxes');
  }

  get #records(): string {
    return join(this.#options.folder, 'records');
  }
}

async function makeTemplate(folder: string, disk: string, rootfs: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await stat(disk).catch(() => undefined))) await makeTemplateDisk(disk, rootfs);
  // Firecracker reads it as its own user.
  await chmod(disk, 0o644);
  return disk;
}

/** The same file under another name where that can be; a copy elsewhere. */
async function share(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    await copyFile(from, to);
  }
}

/** When a process began, in ticks since the host's start: with the number it names one process for good. */
async function startOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

async function endProcess(record: string): Promise<void> {
  const text = await readFile(record, 'utf8').catch(() => '');
  const found = /"pid":(\d+),"started":"(\d+)"/.exec(text);
  if (found && (await startOf(Number(found[1]))) === found[2]) process.kill(Number(found[1]), 'SIGKILL');
}
