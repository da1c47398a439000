import { createHash, randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { Owner } from '../../host/workspace-owner.ts';
import type { Box, BoxSpec, Engine } from '../engine.ts';
import { copyDisk, makeTemplateDisk } from '../guest/disks.ts';
import { keepNewest, markUsed } from '../guest/keep-newest.ts';
import { renew } from '../guest/renew.ts';
import { takeOver } from '../guest/take-over.ts';
import { within } from '../guest/within.ts';
import { chooseAccelerator } from './accelerator.ts';
import type { Machine } from './arguments.ts';
import { QemuBox } from './box.ts';
import { findParts, findQemu, type GuestParts } from './parts.ts';
import { type QemuProcess, startQemu } from './process.ts';
import { goOn } from './save.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { type TemplateKind, Templates } from './templates.ts';

const MIB = 1024 * 1024;
/** The least that a guest boots with. */
const LEAST_MEMORY_MIB = 128;
/** A boot in software takes 5 to 10 s on a core of its own, and much longer on one that it shares. */
const BOOT_MS = 240_000;
const RESTORE_MS = 60_000;
/** A kernel that does not come up by then with KVM does not come up. */
const KVM_BOOT_MS = 20_000;
/** QEMU itself: translated code, devices, and its threads beside the cores of the guest. */
const OVERHEAD = { memoryBytes: 128 * MIB, pids: 80 };

/** How many disks of templates stay that this service has not used. */
const ROOTS_KEPT = 16;

/** What {@link qemuEngine} takes from the outside. */
export interface QemuEngineOptions {
  /** Kept between starts of the service: saved guests, disks of templates, and the boxes that run. */
  readonly folder: string;
  /** Told what happens while the first guest of a kind boots. One sentence each. */
  readonly onProgress?: (message: string) => void;
  readonly arch?: string;
}

/** Virtual machines of QEMU: a kernel for each box, in software where the host has no KVM that works. */
export function qemuEngine(options: QemuEngineOptions): Engine {
  return new QemuEngine(options);
}

interface Beginnings {
  readonly state: string;
  readonly disk: string;
  readonly snapshot: Snapshot;
}

class QemuEngine implements Engine {
  readonly name = 'qemu';
  readonly level = sandboxpb.Level.MICROVM;
  readonly overhead = OVERHEAD;
  readonly #options: QemuEngineOptions;
  readonly #live = new Set<string>();
  readonly #roots = new Map<string, Promise<string>>();
  #parts: Promise<GuestParts> | undefined;
  #templates: Promise<Templates> | undefined;
  #accelerator: Promise<Machine['accelerator']> | undefined;

  constructor(options: QemuEngineOptions) {
    this.#options = options;
  }

  async version(): Promise<string> {
    return (await findQemu(this.#arch)).version;
  }

  async create(spec: BoxSpec): Promise<Box> {
    const kind = await this.#kindOf(spec, {
      memoryMiB: Math.max(LEAST_MEMORY_MIB, Math.floor(spec.limits.memoryBytes / MIB)),
      cores: Math.max(1, Math.ceil(spec.limits.cpus)),
      diskBytes: Math.floor(spec.limits.diskBytes / MIB) * MIB,
    });
    const { key, disk, state } = await (await this.#store()).get(kind, spec.owners.user);
    return this.#begin(spec, kind, { disk, state, snapshot: snapshotOf(key, kind) });
  }

  /** Throws FAILED_PRECONDITION for a snapshot of another version of QEMU, kernel, agent or template. */
  async restore(folder: string, spec: BoxSpec): Promise<Box> {
    const snapshot = await readSnapshot(folder);
    const kind = await this.#kindOf(spec, snapshot);
    if ((await (await this.#store()).keyOf(kind)) !== snapshot.key) {
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        'This snapshot belongs to another version of QEMU, kernel, agent or template than this host has now; a machine ' +
          'cannot go on with another one. The snapshot was not changed. Make a new sandbox.',
      );
    }
    return this.#begin(spec, kind, { disk: join(folder, 'disk.img'), state: join(folder, 'state'), snapshot });
  }

  /** The machines themselves have ended with the service that started them: the kernel has seen to it. */
  async reap(): Promise<number> {
    const left = (await readdir(this.#boxes).catch(() => [])).filter((name) => !this.#live.has(name));
    await Promise.all(left.map((name) => rm(join(this.#boxes, name), { recursive: true, force: true })));
    const halves = (await readdir(this.#saved).catch(() => [])).filter((name) => name.startsWith('half-'));
    if (this.#live.size === 0) {
      await Promise.all(halves.map((name) => rm(join(this.#saved, name), { recursive: true, force: true })));
    }
    return left.length;
  }

  async #begin(spec: BoxSpec, kind: TemplateKind, from: Beginnings): Promise<Box> {
    const name = `holdfast-${spec.id}`;
    const folder = join(this.#boxes, name);
    const { programs, initramfs } = await this.#found();
    this.#live.add(name);
    let qemu: QemuProcess | undefined;
    try {
      await mkdir(this.#boxes, { recursive: true, mode: 0o700 });
      await mkdir(folder, { mode: 0o700 });
      if (process.getuid?.() === 0) await chown(folder, spec.owners.user.uid, spec.owners.user.gid);
      const disk = join(folder, 'disk.img');
      await copyDisk(from.disk, disk);
      qemu = await startQemu({
        programs,
        name,
        machine: kind.machine,
        disk,
        initramfs,
        template: kind.root?.disk,
        state: from.state,
        folder,
        owner: spec.owners.user,
        cgroup: spec.cgroup,
        wrap: spec.wrap,
      });
      const agent = await within(takeOverIn(qemu, spec), RESTORE_MS, 'The virtual machine did not answer');
      const onGone = (): void => void this.#live.delete(name);
      return new QemuBox({ qemu, agent, spec, folder, disk, snapshot: from.snapshot, onGone });
    } catch (error) {
      await qemu?.kill();
      await rm(folder, { recursive: true, force: true });
      this.#live.delete(name);
      throw asUnavailable(error, qemu?.said() ?? '');
    }
  }

  async #kindOf(
    spec: BoxSpec,
    size: { readonly memoryMiB: number; readonly cores: number; readonly diskBytes: number },
  ): Promise<TemplateKind> {
    const { kernel } = await this.#found();
    const root = spec.rootfs === undefined ? undefined : await this.#rootOf(spec.rootfs);
    this.#accelerator ??= this.#chooseAccelerator(spec.owners.user);
    this.#accelerator.catch(() => {
      this.#accelerator = undefined;
    });
    const machine: Machine = {
      accelerator: await this.#accelerator,
      memoryMiB: size.memoryMiB,
      cores: size.cores,
      kernel,
      hasTemplate: root !== undefined,
    };
    return { machine, diskBytes: size.diskBytes, root };
  }

  /** An unpacked template never changes: which folder it is says what is in it. */
  async #rootOf(rootfs: string): Promise<NonNullable<TemplateKind['root']>> {
    const { ino, dev, ctimeMs } = await stat(rootfs);
    const key = createHash('sha256')
      .update(JSON.stringify([rootfs, dev, ino, ctimeMs]))
      .digest('hex')
      .slice(0, 32);
    const folder = join(this.#options.folder, 'roots');
    const disk = join(folder, `${key}.ext4`);
    const made = this.#roots.get(key) ?? makeRoot(folder, disk, rootfs);
    this.#roots.set(key, made);
    made.catch(() => this.#roots.delete(key));
    await made;
    await keepNewest(folder, ROOTS_KEPT, new Set([...this.#roots.keys()].map((used) => `${used}.ext4`)));
    return { key, disk };
  }

  async #chooseAccelerator(owner: Owner): Promise<Machine['accelerator']> {
    const parts = await this.#found();
    const { folder } = this.#options;
    return chooseAccelerator(folder, parts.qemuVersion, async () => {
      this.#say('Trying whether a guest boots with KVM here.');
      const trial = join(folder, 'kvm-trial');
      const machine: Machine = {
        accelerator: 'kvm',
        memoryMiB: LEAST_MEMORY_MIB,
        cores: 1,
        kernel: parts.kernel,
        hasTemplate: false,
      };
      const templates = new Templates({ folder: trial, parts, bootMs: KVM_BOOT_MS, onProgress: () => undefined });
      try {
        await templates.get({ machine, diskBytes: 64 * MIB }, owner);
        return true;
      } catch (error) {
        if (!HoldfastError.has(error, 'SANDBOX_UNAVAILABLE')) throw error;
        this.#say(`No guest boots with KVM here; guests are emulated in software. ${error.message}`);
        return false;
      } finally {
        await rm(trial, { recursive: true, force: true });
      }
    });
  }

  #found(): Promise<GuestParts> {
    this.#parts ??= findParts(this.#options.folder, this.#arch);
    // What is missing now may be installed later.
    this.#parts.catch(() => {
      this.#parts = undefined;
    });
    return this.#parts;
  }

  #store(): Promise<Templates> {
    this.#templates ??= this.#found().then(
      (parts) =>
        new Templates({ folder: this.#saved, parts, bootMs: BOOT_MS, onProgress: (message) => this.#say(message) }),
    );
    return this.#templates;
  }

  #say(message: string): void {
    this.#options.onProgress?.(message);
  }

  get #arch(): string {
    return this.#options.arch ?? process.arch;
  }

  get #boxes(): string {
    return join(this.#options.folder, 'boxes');
  }

  get #saved(): string {
    return join(this.#options.folder, 'saved');
  }
}

async function takeOverIn(qemu: QemuProcess, spec: BoxSpec): Promise<Awaited<ReturnType<typeof takeOver>>> {
  const ended = qemu.exited.then(() => {
    throw new HoldfastError('SANDBOX_UNAVAILABLE', 'The virtual machine ended before it answered.');
  });
  const linked = (async () => {
    await qemu.qmp.begin();
    await goOn(qemu.qmp);
    const agent = await takeOver(qemu.link, randomBytes(16));
    await renew(agent, { now: Date.now(), entropy: randomBytes(64), limits: spec.limits });
    return agent;
  })();
  // The one that loses has nobody who waits for it.
  ended.catch(() => undefined);
  linked.catch(() => undefined);
  return Promise.race([linked, ended]);
}

async function makeRoot(folder: string, disk: string, rootfs: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const there = await stat(disk).catch(() => undefined);
  if (there) {
    await markUsed(disk, new Date());
    return disk;
  }
  await makeTemplateDisk(disk, rootfs);
  return disk;
}

function snapshotOf(key: string, { machine, diskBytes }: TemplateKind): Snapshot {
  return { key, memoryMiB: machine.memoryMiB, cores: machine.cores, diskBytes };
}

function asUnavailable(error: unknown, said: string): unknown {
  if (!(error instanceof HoldfastError)) return error;
  const console = said === '' ? '' : ` Its console said: ${said.slice(-500)}`;
  return new HoldfastError('SANDBOX_UNAVAILABLE', `${error.message}${console}`, { cause: error });
}
