import { STORE_FAULT_POINTS, type StoreFault } from './fault.ts';
import { openFolder, openShared, steadyBytes } from './testing.ts';

// A process for tests to kill or to stop.
//   write <data folder> <fault point>          writes version 2 of `file`, and kills itself there
//   hold <PostgreSQL> <path> <ttl ms>          takes the lock, says so, and writes when it is told to

const [verb, where = '', what = '', ttl = ''] = process.argv.slice(2);

if (verb === 'write') {
  const fault: StoreFault = (point) => {
    if (point === what) process.kill(process.pid, 'SIGKILL');
  };
  if (!STORE_FAULT_POINTS.some((point) => point === what)) throw new Error(`no fault point ${what}`);
  const opened = await openFolder(where, { fault });
  await opened.put('file', steadyBytes(300_000, 'new'), { base: 1, requestKey: 'run_1:a1' });
  await opened.close();
}

if (verb === 'hold') {
  const opened = await openShared(where);
  const lock = await opened.store.lock('acme', what, { ttlMs: Number(ttl), waitMs: 0 });
  process.stdout.write(`${lock.token}\n`);
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const outcome = await opened.put(what, 'from the paused writer', { fence: lock.token }).then(
    ({ n }) => ({ n }),
    (error: { code: string; details: unknown }) => ({ code: error.code, details: error.details }),
  );
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  await opened.close();
}
process.exit();
