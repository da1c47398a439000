import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { createExecutor } from './executor.ts';
import { sqliteFailure } from './failure.ts';
import { prepareConnection } from './pragmas.ts';
import type { WireRequest, WorkerSettings } from './wire.ts';

// The entry of both worker threads: opens the file, then answers until it is told to stop.

const port = parentPort;
if (port === null) throw new Error('This file is started as a worker thread, not by itself.');
const { file, role } = workerData as WorkerSettings;

let db: DatabaseSync | undefined;
try {
  db = new DatabaseSync(file, { readOnly: role === 'reader', enableForeignKeyConstraints: true, timeout: 5000 });
  prepareConnection(db, role);
  port.postMessage('open');
} catch (error) {
  port.postMessage(sqliteFailure(error, file));
  db?.close();
  db = undefined;
  port.close();
}

if (db !== undefined) {
  const open = db;
  const executor = createExecutor(open, file, role === 'writer', (responses) => port.postMessage(responses));
  const take = (message: WireRequest[] | 'close'): boolean => {
    if (message === 'close') return true;
    executor.push(message);
    return false;
  };
  port.on('message', (message: WireRequest[] | 'close') => {
    // What has arrived during the last fsync joins one group instead of making one each.
    let closing = take(message);
    for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port)) {
      closing = take(more.message as WireRequest[] | 'close') || closing;
    }
    executor.drain();
    if (!closing) return;
    executor.close();
    open.close();
    port.close();
  });
}
