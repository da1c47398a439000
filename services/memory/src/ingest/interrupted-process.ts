import { readFile } from 'node:fs/promises';

import { DOCUMENT_FAULT_POINTS } from './fault.ts';
import { documentsIn } from './testing.ts';

// A process for tests to kill: ingests a file as `book.md`, and kills itself the n-th time that it passes a fault point.
//   <data folder> <file> <fault point> <n>

const [folder = '', path = '', point = '', times = '1'] = process.argv.slice(2);
if (!DOCUMENT_FAULT_POINTS.some((one) => one === point)) throw new Error(`no fault point ${point}`);
let left = Number(times);
const opened = await documentsIn(folder, {
  fault: (passed) => {
    if (passed === point && --left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
await opened.documents.start();
await opened.put('book.md', await readFile(path));
await opened.documents.settled();
await opened.close();
process.exit();
