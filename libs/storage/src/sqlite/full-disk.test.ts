import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { sql } from 'kysely';

import type { Database } from '../database.ts';
import { addNote, NOTES, noteIds, temporaryFolder } from '../testing.ts';
import { openSqlite } from './open.ts';

/** Mounts a small file system; undefined where this machine does not let us. */
function mountSmall(path: string, megabytes: number): Disposable | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'holdfast-test', path], { stdio: 'ignore' });
  } catch {
    // Not root, or no such right in this container: the caller skips and says so.
    return undefined;
  }
  return { [Symbol.dispose]: () => execFileSync('umount', [path]) };
}

/** Writes large notes until one is refused; gives those that were acknowledged. */
async function fillUp(db: Database, from: number): Promise<number[]> {
  const kept: number[] = [];
  for (let id = from; ; id++) {
    try {
      await addNote(db, id, 'x'.repeat(100_000));
      kept.push(id);
    } catch (error) {
      expect(error).toMatchObject({ code: 'STORAGE_FULL', message: expect.stringContaining('Make room') });
      return kept;
    }
  }
}

describe('AG-2 a full disk', () => {
  it('refuses what does not fit, keeps what was acknowledged, and goes on once there is room', async (context) => {
    using folder = temporaryFolder();
    using mounted = mountSmall(folder.path, 8);
    if (mounted === undefined) return context.skip('mounting a small file system needs root');
    const ballast = join(folder.path, 'ballast');
    writeFileSync(ballast, Buffer.alloc(3 * 1024 * 1024));
    let db = await openSqlite({ dataDir: folder.path });
    await db.migrate(NOTES);
    const kept = await fillUp(db, 1);
    expect(kept.length).toBeGreaterThan(3);
    expect(await noteIds(db)).toEqual(kept);
    // Many at once, of which none fits: each is told, none is half there.
    const large = await Promise.allSettled([101, 102, 103].map((id) => addNote(db, id, 'y'.repeat(3_000_000))));
    for (const outcome of large) expect(outcome).toMatchObject({ reason: { code: 'STORAGE_FULL' } });
    expect(await noteIds(db)).toEqual(kept);

    rmSync(ballast);
    await addNote(db, 201, 'there is room');
    expect(await noteIds(db)).toEqual([...kept, 201]);
    await db.close();
    db = await openSqlite({ dataDir: folder.path });
    expect(await noteIds(db)).toEqual([...kept, 201]);
    await db.close();
  });

  it('does the same where SQLite itself sets the bound', async () => {
    using folder = temporaryFolder();
    const db = await openSqlite({ dataDir: folder.path });
    await db.migrate(NOTES);
    await sql`pragma max_page_count = 400`.execute(db.writer());
    const kept = await fillUp(db, 1);
    // Of a group, those that fit are kept beside those that do not.
    const mixed = await Promise.allSettled([
      addNote(db, 301, 'fits'),
      addNote(db, 302, 'z'.repeat(1_000_000)),
      addNote(db, 303, 'fits as well'),
    ]);
    expect(mixed.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await sql`pragma max_page_count = 1000000`.execute(db.writer());
    await addNote(db, 304, 'z'.repeat(1_000_000));
    expect(await noteIds(db)).toEqual([...kept, 301, 303, 304]);
    await db.close();
  });
});
