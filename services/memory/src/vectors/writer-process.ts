import { join } from 'node:path';

import { embeddedVectors } from './embedded.ts';
import { VECTOR_FAULT_POINTS, type VectorFault } from './fault.ts';
import { clustered, testSource } from './testing.ts';

// A process for tests to kill: <folder> <flush | rebuild> <fault point>. It opens the index that the folder has, changes
// it, and kills itself at the point.

const [folder = '', verb = '', what = ''] = process.argv.slice(2);
if (!VECTOR_FAULT_POINTS.some((point) => point === what)) throw new Error(`no fault point ${what}`);

const vector = clustered(11, 16, 5);
const entries = Array.from({ length: 120 }, (_, at) => ({
  seq: at + 1,
  tenant: at % 2 === 0 ? 'acme' : 'other',
  user: '',
  agent: '',
  vector: vector(),
}));
const fault: VectorFault = (point) => {
  if (point === what) process.kill(process.pid, 'SIGKILL');
};
const index = await embeddedVectors(join(folder, 'vectors'), { fault }).open('e', 16, testSource(entries));
if (verb === 'rebuild') await index.rebuild();
else {
  await index.put(entries.slice(100));
  await index.remove('acme', [1]);
  await index.flush(121);
}
process.exit();
