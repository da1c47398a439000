import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { LiveSandbox } from './live-sandbox.ts';

const RecordSchema = z.strictObject({
  id: z.string(),
  tenant: z.string(),
  name: z.string().optional(),
  template: z.string(),
  sandbox: z.string(),
  createdAt: z.number(),
});

/** What a sandbox was at one moment, kept on disk. It outlives the sandbox. */
export interface Snapshot {
  readonly id: string;
  readonly tenant: string;
  /** Given by who took it; a later one of the same name takes it over. */
  readonly name?: string | undefined;
  readonly template: string;
  /** Of which sandbox. */
  readonly sandbox: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly folder: string;
}

/** What {@link Snapshots} takes from the outside. */
export interface SnapshotsDeps {
  readonly folder: string;
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Snapshots, each in a folder of its own, with a `snapshot.json` that is written last. */
export class Snapshots {
  readonly #deps: SnapshotsDeps;
  readonly #snapshots = new Map<string, Snapshot>();

  private constructor(deps: SnapshotsDeps) {
    this.#deps = deps;
  }

  /** Opens the folder, and removes what a crash left half made. */
  static async open(deps: SnapshotsDeps): Promise<Snapshots> {
    await mkdir(deps.folder, { recursive: true, mode: 0o700 });
    const opened = new Snapshots(deps);
    for (const entry of await readdir(deps.folder)) {
      const folder = join(deps.folder, entry);
      const text = await readFile(join(folder, 'snapshot.json'), 'utf8').catch(() => undefined);
      if (text === undefined) await rm(folder, { recursive: true, force: true });
      else opened.#snapshots.set(entry, { ...RecordSchema.parse(JSON.parse(text)), folder });
    }
    return opened;
  }

  /** @throws HoldfastError FAILED_PRECONDITION where the engine of the sandbox takes none. */
  async take(sandbox: Pick<LiveSandbox, 'id' | 'identity' | 'made'>, name: string | undefined): Promise<Snapshot> {
    const { box, engine, template } = sandbox.made;
    if (!box.snapshot) {
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        `The engine ${engine} takes no snapshots; nothing was changed. Create the sandbox at level microvm.`,
      );
    }
    const { newId, now } = this.#deps;
    const id = newId();
    const folder = join(this.#deps.folder, id);
    await mkdir(folder, { mode: 0o700 });
    const record = {
      id,
      tenant: sandbox.identity.tenant,
      template: template.id,
      sandbox: sandbox.id,
      createdAt: now(),
      ...(name === undefined ? {} : { name }),
    };
    try {
      await box.snapshot(folder);
      await writeFile(join(folder, 'snapshot.json'), JSON.stringify(record));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    const snapshot = { ...record, folder };
    this.#snapshots.set(id, snapshot);
    return snapshot;
  }

  /** By id or name, with or without a tag such as `:default`. The newest of a name. */
  find(reference: string, tenant: string): Snapshot | undefined {
    const [bare = reference] = reference.split(':');
    return this.list(tenant).find(({ id, name }) => id === bare || name === bare);
  }

  /** The newest first. */
  list(tenant: string): readonly Snapshot[] {
    return [...this.#snapshots.values()]
      .filter((snapshot) => snapshot.tenant === tenant)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Removes one. Sandboxes that began with it are not touched. */
  async delete(snapshot: Snapshot): Promise<void> {
    this.#snapshots.delete(snapshot.id);
    await rm(snapshot.folder, { recursive: true, force: true });
  }
}
