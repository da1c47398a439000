import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { addNote, NOTES, noteIds, startWriter, temporaryFolder } from '../testing.ts';
import { DATABASE_FILE, openSqlite } from './open.ts';
import { PAGE_SIZE } from './pragmas.ts';

const garbage = (bytes: number) => Buffer.alloc(bytes, 0xa5);

function overwrite(file: string, position: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, position);
  closeSync(handle);
}

/** Name and content of everything in the folder that holds data. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name === DATABASE_FILE || name.endsWith('-wal'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

async function fill(dataDir: string, notes: number, text: string): Promise<void> {
  const db = await openSqlite({ dataDir });
  await db.migrate(NOTES);
  await Promise.all(Array.from({ length: notes }, (_, id) => addNote(db, id + 1, text)));
  await db.close();
}

describe('AR-1 a damaged database file', () => {
  const damages: [string, (file: string) => void][] = [
    ['is no database at all', (file) => writeFileSync(file, garbage(8192))],
    ['has a header that was overwritten', (file) => overwrite(file, 0, garbage(64))],
    ['has pages that were overwritten', (file) => overwrite(file, PAGE_SIZE * 3, garbage(PAGE_SIZE * 6))],
    ['lost its second half', (file) => truncateSync(file, Math.floor(statSync(file).size / 2))],
  ];
  for (const [what, damage] of damages) {
    it(`that ${what} is refused by name and left as it is`, async () => {
      using folder = temporaryFolder();
      const file = join(folder.path, DATABASE_FILE);
      await fill(folder.path, 50, 'x'.repeat(700));
      damage(file);
      const before = contents(folder.path);
      for (let attempt = 0; attempt < 2; attempt++) {
        await expect(openSqlite({ dataDir: folder.path })).rejects.toMatchObject({
          code: 'STORAGE_CORRUPT',
          message: expect.stringContaining(file),
          details: { file },
        });
      }
      expect(contents(folder.path)).toEqual(before);
    });
  }

  it('that still has a log is refused without the log being copied into it', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, DATABASE_FILE);
    await fill(folder.path, 50, 'x'.repeat(700));
    const writer = startWriter(folder.path);
    for (let count = 0; count < 20; count++) await writer.nextAcknowledged();
    await writer.kill();
    expect(existsSync(`${file}-wal`)).toBe(true);
    // Not the first page: the log has a newer one of that, and would rightly heal it.
    overwrite(file, PAGE_SIZE * 3, garbage(PAGE_SIZE * 6));
    const before = contents(folder.path);
    expect(Object.keys(before)).toHaveLength(2);
    await expect(openSqlite({ dataDir: folder.path })).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    expect(contents(folder.path)).toEqual(before);
  });

  it('that is too large to check at once is noticed by the statement that meets the damage, and no more is written', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, DATABASE_FILE);
    await fill(folder.path, 8000, 'x'.repeat(700));
    expect(statSync(file).size).toBeGreaterThan(4 * 1024 * 1024);
    overwrite(file, PAGE_SIZE * 100, garbage(PAGE_SIZE * 1000));
    const db = await openSqlite({ dataDir: folder.path });
    await expect(db.transact([{ sql: 'select sum(length(text)) from notes', params: [] }])).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
    });
    await expect(addNote(db, 1_000_000)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    await expect(noteIds(db)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    await db.close();
  });
});
