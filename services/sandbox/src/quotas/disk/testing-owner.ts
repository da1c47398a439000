import { randomUUID } from 'node:crypto';

import { openDiskSpaces } from './open.ts';

/** A service with two spaces in use and one ready, for a test that kills it. Argument: the folder. Prints a line when it has them. */
const spaces = await openDiskSpaces({ baseDir: process.argv[2] ?? '', newId: randomUUID, uid: 0 });
const size = { bytes: 16 << 20, inodes: 1024 };
await spaces.prepare(size, 1);
for (let i = 0; i < 2; i += 1) await spaces.open({ ...size, owner: { uid: 0, gid: 0 } });
// So that the one that replaces the first is there too.
await spaces.prepare(size, 1);
console.log('ready');
setInterval(() => undefined, 1000);
