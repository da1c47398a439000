import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Says that something in a store was used now. */
export async function markUsed(path: string, now: Date): Promise<void> {
  await utimes(path, now, now);
}

/**
 * Removes what was not used for longest, until so many are left: machines of older versions leave things behind that
 * nobody asks for again. What is `inUse` stays in any case. Names of what was removed.
 */
export async function keepNewest(folder: string, count: number, inUse: ReadonlySet<string>): Promise<string[]> {
  const used: { name: string; at: number }[] = [];
  for (const name of await readdir(folder)) {
    // One that is being made gets its name only at the end, and may do so now.
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found) used.push({ name, at: found.mtimeMs });
  }
  const old = used.toSorted((a, b) => b.at - a.at).slice(count);
  const removed = old.map(({ name }) => name).filter((name) => !inUse.has(name));
  await Promise.all(removed.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  return removed;
}
