import { createHash, randomUUID } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { connectAgent } from '../../agent/connect.ts';
import type { Owner } from '../../host/workspace-owner.ts';
import { makeDisk } from '../guest/disks.ts';
import { keepNewest, markUsed } from '../guest/keep-newest.ts';
import { GUEST_USERS } from '../guest/take-over.ts';
import { within } from '../guest/within.ts';
import type { Machine } from './arguments.ts';
import type { GuestParts } from './parts.ts';
import { type QemuProcess, startQemu } from './process.ts';
import { saveState } from './save.ts';

/** How many saved guests stay that this service has not used. */
const KEPT = 16;

/** A guest that has booted and was saved before it did anything: every box of its kind goes on from here. */
export interface Template {
  /** Made of all that the saved state depends on. */
  readonly key: string;
  readonly disk: string;
  readonly state: string;
}

/** What kind of guest. */
export interface TemplateKind {
  readonly machine: Machine;
  readonly diskBytes: number;
  /** The disk with the root of a sandbox template, named by its content. */
  readonly root?: { readonly key: string; readonly disk: string } | undefined;
}

/** What {@link Templates} takes from the outside. */
export interface TemplatesDeps {
  readonly folder: string;
  readonly parts: GuestParts;
  readonly bootMs: number;
  readonly onProgress: (message: string) => void;
}

/** Saved guests in a folder, each by its key. A half-made one is never found. */
export class Templates {
  readonly #deps: TemplatesDeps;
  readonly #made = new Map<string, Promise<Template>>();

  constructor(deps: TemplatesDeps) {
    this.#deps = deps;
  }

  /** The address of a kind of guest: another QEMU, kernel, agent, template or size gives another. */
  async keyOf(kind: TemplateKind): Promise<string> {
    const { qemuVersion, initramfsHash } = this.#deps.parts;
    const kernel = await stat(kind.machine.kernel);
    const depends = [
      qemuVersion,
      initramfsHash,
      kernel.size,
      kernel.mtimeMs,
      kind.machine,
      kind.diskBytes,
      kind.root?.key,
    ];
    return createHash('sha256').update(JSON.stringify(depends)).digest('hex').slice(0, 32);
  }

  /** Boots and saves one where there is none yet; `owner` is the user that QEMU runs as. Throws SANDBOX_UNAVAILABLE. */
  async get(kind: TemplateKind, owner: Owner): Promise<Template> {
    const key = await this.keyOf(kind);
    const made = this.#made.get(key) ?? this.#find(key, kind, owner);
    this.#made.set(key, made);
    made.catch(() => this.#made.delete(key));
    return made;
  }

  async #find(key: string, kind: TemplateKind, owner: Owner): Promise<Template> {
    const folder = join(this.#deps.folder, key);
    const found = { key, disk: join(folder, 'disk.img'), state: join(folder, 'state') };
    if (await readFile(join(folder, 'whole'), 'utf8').catch(() => undefined)) {
      await markUsed(folder, new Date());
      return found;
    }
    const half = join(this.#deps.folder, `half-${randomUUID()}`);
    await mkdir(half, { recursive: true, mode: 0o700 });
    try {
      await this.#boot(key, half, kind, owner);
      await writeFile(join(half, 'whole'), `${key}\n`);
      await rm(folder, { recursive: true, force: true });
      await rename(half, folder);
      await keepNewest(this.#deps.folder, KEPT, new Set([...this.#made.keys(), key]));
    } finally {
      await rm(half, { recursive: true, force: true });
    }
    return found;
  }

  async #boot(key: string, half: string, kind: TemplateKind, owner: Owner): Promise<void> {
    const { parts, bootMs, onProgress } = this.#deps;
    const disk = join(half, 'disk.img');
    await makeDisk(disk, kind.diskBytes);
    const work = join(half, 'work');
    await mkdir(work, { mode: 0o700 });
    if (process.getuid?.() === 0) await chown(work, owner.uid, owner.gid);
    onProgress(`Booting a guest of a new kind (${key}); the next ones begin where it ends.`);
    const qemu = await startQemu({
      programs: parts.programs,
      name: `holdfast-template-${key}`,
      machine: kind.machine,
      disk,
      initramfs: parts.initramfs,
      template: kind.root?.disk,
      folder: work,
      owner,
    });
    try {
      await within(greeted(qemu), bootMs, 'The virtual machine did not boot');
      onProgress(`The guest (${key}) has booted; it is being saved.`);
      await qemu.qmp.execute('stop');
      await within(saveState(qemu.qmp, work, join(half, 'state')), bootMs, 'The virtual machine could not be saved');
    } catch (error) {
      throw new HoldfastError(
        'SANDBOX_UNAVAILABLE',
        `${error instanceof Error ? error.message : String(error)} Its console said: ${qemu.said().slice(-500) || 'nothing'}`,
        { cause: error },
      );
    } finally {
      await qemu.kill();
      await rm(work, { recursive: true, force: true });
    }
    onProgress(`The guest (${key}) is saved.`);
  }
}

async function greeted(qemu: QemuProcess): Promise<void> {
  await Promise.all([qemu.qmp.begin(), connectAgent({ readable: qemu.link, writable: qemu.link }, GUEST_USERS)]);
}
