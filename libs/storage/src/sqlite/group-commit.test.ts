import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { addNote, NOTES, noteIds, temporaryFolder } from '../testing.ts';
import { DATABASE_FILE, openSqlite } from './open.ts';

const LOG_HEADER = 32;
const FRAME_HEADER = 24;

/** How many commits the write-ahead log holds: the frames that end one carry the size of the database. */
function commitsInLog(dataDir: string): number {
  const log = readFileSync(join(dataDir, `${DATABASE_FILE}-wal`));
  const frame = FRAME_HEADER + log.readUInt32BE(8);
  let commits = 0;
  for (let at = LOG_HEADER; at + frame <= log.length; at += frame) if (log.readUInt32BE(at + 4) !== 0) commits++;
  return commits;
}

describe('AG-2 group commit', () => {
  it('writes batches that wait together as one commit, and those that come one by one as one each', async () => {
    using folder = temporaryFolder();
    const db = await openSqlite({ dataDir: folder.path });
    await db.migrate(NOTES);
    const start = commitsInLog(folder.path);
    await Promise.all(Array.from({ length: 100 }, (_, id) => addNote(db, id)));
    expect(commitsInLog(folder.path) - start).toBe(1);
    for (let id = 100; id < 110; id++) await addNote(db, id);
    expect(commitsInLog(folder.path) - start).toBe(11);
    // Reading writes nothing.
    expect(await noteIds(db)).toHaveLength(110);
    expect(commitsInLog(folder.path) - start).toBe(11);
    await db.close();
  });
});
