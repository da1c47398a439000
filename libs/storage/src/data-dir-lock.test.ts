import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { lockDataDir } from './data-dir-lock.ts';
import { openSqlite } from './sqlite/open.ts';
import { startWriter, temporaryFolder } from './testing.ts';

describe('AG-2 one process per data directory', () => {
  it('refuses a second process, names the first, and is free as soon as that one is killed', async () => {
    using folder = temporaryFolder();
    const writer = startWriter(folder.path);
    await writer.nextAcknowledged();
    await expect(openSqlite({ dataDir: folder.path })).rejects.toMatchObject({
      code: 'DATA_DIR_LOCKED',
      message: expect.stringContaining(`pid ${writer.child.pid}`),
      details: { pid: writer.child.pid, dataDir: folder.path },
    });
    // The refused one must have left the first its lock and its file.
    await writer.nextAcknowledged();
    expect(() => lockDataDir(folder.path)).toThrow(/stop that process first/i);
    await writer.kill();
    const db = await openSqlite({ dataDir: folder.path });
    await db.close();
  });

  it('refuses a second handle in the same process, and gives free on close', async () => {
    using folder = temporaryFolder();
    const db = await openSqlite({ dataDir: folder.path });
    await expect(openSqlite({ dataDir: folder.path })).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    await expect(openSqlite({ dataDir: folder.path })).rejects.toMatchObject({ details: { pid: process.pid } });
    await db.close();
    lockDataDir(folder.path).release();
  });

  it('decides nothing by the process id: one left behind, or given out again, does not block', () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'holdfast.pid'), `${process.ppid}\n`);
    const lock = lockDataDir(folder.path);
    expect(readFileSync(join(folder.path, 'holdfast.pid'), 'utf8')).toBe(`${process.pid}\n`);
    lock.release();
    lock.release();
  });

  it('says so when the lock file cannot be used', () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'holdfast.lock'), 'not a database, and long enough to be taken for one'.repeat(20));
    expect(() => lockDataDir(folder.path)).toThrow(/holdfast\.lock cannot be used/);
  });
});
