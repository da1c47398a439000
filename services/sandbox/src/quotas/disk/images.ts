import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { formatImage, type Image, makeImage } from './image.ts';
import { reapFolder } from './reap.ts';
import type { DiskSize, DiskSpaces } from './space.ts';

/** So long after one was taken another is made ahead: whoever took it starts a sandbox now. Milliseconds. */
const QUIET_MS = 100;

interface Ready {
  readonly size: DiskSize;
  count: number;
  template?: string;
  readonly images: Image[];
}

/** Disk spaces that are ext4 images. `folder` is theirs alone; `newId` names each. */
export function openImages(folder: string, newId: () => string): DiskSpaces {
  const own = new Set<string>();
  const ready = new Map<string, Ready>();
  let filling: Promise<void> = Promise.resolve();

  const make = async (size: DiskSize, template?: string): Promise<Image> => {
    const name = newId();
    own.add(name);
    try {
      const image = await makeImage(folder, name, size, template);
      const remove = async (): Promise<void> => {
        await image.remove();
        own.delete(name);
      };
      const giveTo: Image['giveTo'] = async (owner) => ({ ...(await image.giveTo(owner)), release: remove });
      return { remove, giveTo };
    } catch (error) {
      own.delete(name);
      throw error;
    }
  };

  const makeTemplate = async (size: DiskSize): Promise<string> => {
    const name = newId();
    const file = join(folder, `${name}.img`);
    own.add(name);
    try {
      await formatImage(file, size);
      return file;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  };

  const fillOne = async (entry: Ready): Promise<void> => {
    if (entry.count > 0) entry.template ??= await makeTemplate(entry.size);
    while (entry.images.length < entry.count) entry.images.push(await make(entry.size, entry.template));
    while (entry.images.length > entry.count) await entry.images.pop()?.remove();
  };

  /** One after the other: what is made ahead must not slow down what is made now. */
  const fill = (entry: Ready, afterMs = 0): Promise<void> => {
    const filled = filling.then(() => sleep(afterMs)).then(() => fillOne(entry));
    filling = filled.catch(() => {
      // Who prepares or closes waits for `filled` and is told. After a take nobody waits: who finds none ready makes
      // one, and is told.
    });
    return filled;
  };

  const retire = async (entry: Ready): Promise<void> => {
    ready.delete(keyOf(entry.size));
    entry.count = 0;
    await fill(entry);
    if (entry.template) await rm(entry.template, { force: true });
  };

  return {
    kind: 'image',
    async open({ owner, ...size }) {
      const entry = ready.get(keyOf(size));
      const image = entry?.images.pop() ?? (await make(size, entry?.template));
      if (entry) fill(entry, QUIET_MS).catch(() => undefined);
      return image.giveTo(owner);
    },
    async prepare(size, count) {
      const entry = ready.get(keyOf(size)) ?? { size, count, images: [] };
      if (count === 0) return retire(entry);
      entry.count = count;
      ready.set(keyOf(size), entry);
      try {
        await fill(entry);
      } catch (error) {
        await retire(entry);
        throw error;
      }
    },
    reap: () => reapFolder(folder, own),
    async close() {
      for (const entry of ready.values()) await retire(entry);
    },
  };
}

function keyOf({ bytes, inodes }: DiskSize): string {
  return `${bytes}-${inodes}`;
}
