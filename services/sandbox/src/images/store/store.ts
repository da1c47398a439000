import { mkdir, readdir, rename, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { formatBytes } from '../../quotas/format.ts';
import { type ContainerImages, containerReference } from '../container-images.ts';
import { bytesOnDisk, digestOf, flush, removeTree } from './disk.ts';
import { type Entry, recordOf, ROOTFS, rootfsOf, TAR, tarOf } from './entry.ts';
import { diskFull } from './disk-full.ts';
import { readRecord, writeRecord } from './record.ts';

/** What the store takes from outside. */
export interface StoreDeps {
  /** Belongs to the store alone. */
  readonly folder: string;
  readonly limitBytes: number;
  readonly containers: readonly ContainerImages[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Told of damage that was found and mended: one sentence. */
  readonly report: (problem: HoldfastError) => void;
}

/** Images by content, kept under a limit. Leases live in memory: after a start nothing is in use. */
export interface Store {
  find(key: string): Entry | undefined;
  list(): Entry[];
  /** Takes hold of an image: until the answer is called, it is not removed. */
  hold(entry: Entry): Promise<() => Promise<void>>;
  /** A new image: `make` writes the tar. Nothing is left when it fails. */
  add(key: string, make: (tar: string, temp: string) => Promise<void>): Promise<Entry>;
  /** Unpacks a held image; `make` fills the folder, which is not there yet. */
  addRootfs(entry: Entry, make: (folder: string) => Promise<void>): Promise<void>;
  /** Brings a held image into a container engine. */
  addContainer(entry: Entry, into: ContainerImages, make: () => Promise<void>): Promise<void>;
  /** Throws FAILED_PRECONDITION when it is in use. */
  remove(entry: Entry): Promise<void>;
}

/** Opens the store: removes what a killed service had half made, and what is too much. */
export async function openStore(deps: StoreDeps): Promise<Store> {
  const { containers, limitBytes, now } = deps;
  const images = join(deps.folder, 'images');
  const temp = join(deps.folder, 'temp');
  const entries = new Map<string, Entry>();
  let changes: Promise<unknown> = Promise.resolve();

  /** One change after the other: two that looked for room at once would find the same. */
  const change = <T>(work: () => Promise<T>): Promise<T> => {
    const done = changes.then(work);
    // Whoever asked for the change is told how it failed; the next one does not depend on it.
    changes = done.catch(() => undefined);
    return done;
  };

  const inTemp = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
    const folder = join(temp, deps.newId());
    await mkdir(folder, { mode: 0o700 });
    try {
      return await work(folder);
    } catch (error) {
      throw await diskFull(error, folder);
    } finally {
      await removeTree(folder);
    }
  };

  const save = (entry: Entry): Promise<void> => writeRecord(entry.folder, recordOf(entry));

  const drop = async (entry: Entry): Promise<void> => {
    // From here on nobody finds it; should it not go, it is there again.
    entries.delete(entry.digest);
    try {
      for (const engine of containers) {
        if (entry.containers.has(engine.name)) await engine.remove(containerReference(entry.digest));
      }
      const doomed = join(temp, deps.newId());
      await rename(entry.folder, doomed);
      await removeTree(doomed);
    } catch (error) {
      entries.set(entry.digest, entry);
      throw error;
    }
  };

  const total = (): number => entries.values().reduce((sum, { bytes }) => sum + bytes, 0);

  /** Removes what was not used for longest until so many bytes more are within the limit. */
  const makeRoom = async (bytes: number): Promise<void> => {
    const failures: unknown[] = [];
    const byLastUse = [...entries.values()].sort((a, b) => a.lastUsedAt - b.lastUsedAt);
    for (const entry of byLastUse) {
      if (total() + bytes <= limitBytes) return;
      if (entry.holds > 0) continue;
      // An image that cannot be removed still counts; another one may go instead.
      await drop(entry).catch((error: unknown) => failures.push(error));
    }
    if (total() + bytes <= limitBytes) return;
    throw new HoldfastError(
      'STORAGE_FULL',
      `The images may take ${formatBytes(limitBytes)}; those in use take ${formatBytes(total())}, and this one needs ${formatBytes(bytes)} more. It was not kept, the others were. Raise sandbox.images.limit_bytes, or end sandboxes of other templates.`,
      { cause: failures.length > 0 ? new AggregateError(failures) : undefined },
    );
  };

  const load = async (digest: string): Promise<void> => {
    const folder = join(images, digest);
    try {
      const { keys, containers: copies } = await readRecord(folder);
      const { mtimeMs } = await stat(join(folder, TAR));
      const names = await readdir(folder);
      const entry: Entry = {
        digest,
        folder,
        keys: new Set(keys),
        bytes: (await bytesOnDisk(folder)) + Object.values(copies).reduce((sum, size) => sum + size, 0),
        lastUsedAt: mtimeMs,
        holds: 0,
        isUnpacked: names.includes(ROOTFS),
        containers: new Map(Object.entries(copies)),
      };
      entries.set(digest, entry);
    } catch (error) {
      await removeTree(folder);
      deps.report(
        new HoldfastError(
          'STORAGE_CORRUPT',
          `The image ${digest} of the sandboxes was damaged, and was removed. It is made again when it is asked for.`,
          { cause: error },
        ),
      );
    }
  };

  await removeTree(temp);
  await mkdir(temp, { recursive: true, mode: 0o700 });
  await mkdir(images, { recursive: true, mode: 0o700 });
  for (const digest of await readdir(images)) await load(digest);
  // Only what cannot be removed is left over: no reason to keep sandboxes from those that are there.
  await makeRoom(0).catch((error: unknown) => deps.report(HoldfastError.from(error)));

  return {
    find: (key) => entries.values().find(({ keys }) => keys.has(key)),
    list: () => [...entries.values()],
    async hold(entry) {
      const touch = async (): Promise<void> => {
        entry.lastUsedAt = now();
        await utimes(tarOf(entry), entry.lastUsedAt / 1000, entry.lastUsedAt / 1000);
      };
      entry.holds += 1;
      let isHeld = true;
      const release = async (): Promise<void> => {
        if (!isHeld) return;
        isHeld = false;
        try {
          await touch();
        } finally {
          entry.holds -= 1;
        }
      };
      try {
        await touch();
      } catch (error) {
        entry.holds -= 1;
        throw error;
      }
      return release;
    },
    add: (key, make) =>
      inTemp(async (folder) => {
        const made = join(folder, 'image');
        const scratch = join(folder, 'scratch');
        await mkdir(made, { mode: 0o700 });
        await mkdir(scratch, { mode: 0o700 });
        await make(join(made, TAR), scratch);
        const digest = await digestOf(join(made, TAR));
        await writeRecord(made, { keys: [key], containers: {} });
        await flush(made);
        const bytes = await bytesOnDisk(made);
        return change(async () => {
          const same = entries.get(digest);
          if (same) {
            same.keys.add(key);
            await save(same);
            return same;
          }
          await makeRoom(bytes);
          const entry: Entry = {
            digest,
            folder: join(images, digest),
            keys: new Set([key]),
            bytes,
            lastUsedAt: now(),
            holds: 0,
            isUnpacked: false,
            containers: new Map(),
          };
          await rename(made, entry.folder);
          entries.set(digest, entry);
          return entry;
        });
      }),
    addRootfs: (entry, make) =>
      inTemp(async (folder) => {
        const made = join(folder, ROOTFS);
        await make(made);
        await flush(made);
        const bytes = await bytesOnDisk(made);
        await change(async () => {
          await makeRoom(bytes);
          await rename(made, rootfsOf(entry));
          entry.bytes += bytes;
          entry.isUnpacked = true;
        });
      }),
    async addContainer(entry, into, make) {
      const reference = containerReference(entry.digest);
      const known = await into.bytes(reference);
      if (known !== undefined && entry.containers.has(into.name)) return;
      // It is on record before it is there: what a killed service had brought in is removed with its image, too.
      const before = entry.containers.get(into.name) ?? 0;
      entry.containers.set(into.name, before);
      await save(entry);
      if (known === undefined) await make();
      const bytes = (await into.bytes(reference)) ?? 0;
      await change(async () => {
        try {
          await makeRoom(bytes - before);
        } catch (error) {
          await into.remove(reference);
          throw error;
        }
        entry.containers.set(into.name, bytes);
        entry.bytes += bytes - before;
        await save(entry);
      });
    },
    remove: (entry) =>
      change(async () => {
        if (entry.holds > 0) {
          throw new HoldfastError(
            'FAILED_PRECONDITION',
            `The image ${entry.digest} is in use by ${entry.holds} of the sandboxes. It was kept. End them first.`,
          );
        }
        if (entries.get(entry.digest) === entry) await drop(entry);
      }),
  };
}
