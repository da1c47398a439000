import { openSqlite } from './sqlite/open.ts';
import { addNote, NOTES, noteIds } from './testing.ts';

// A process for tests to kill: writes notes from many hands and prints each number once it was acknowledged.

const [dataDir = ''] = process.argv.slice(2);
const db = await openSqlite({ dataDir });
await db.migrate(NOTES);
let last = (await noteIds(db)).at(-1) ?? 0;

async function writeForEver(): Promise<void> {
  for (;;) {
    const id = ++last;
    await addNote(db, id, `note ${id}`);
    // Waits until the system has the line, so that a slow reader holds the writer back.
    await new Promise((resolve) => process.stdout.write(`${id}\n`, resolve));
  }
}

await Promise.all(Array.from({ length: 8 }, writeForEver));
