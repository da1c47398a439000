import { createLive, createWithWorkspace, execIn, openSandboxService } from '../support/sandbox-service.ts';

/**
 * A service in a process of its own, for the test that kills it. Arguments: its data folder, a workspace, how many
 * sandboxes. Half are made as agents have them, half as E2B's API makes them; in each something runs; some are paused.
 */
const [dataDir = '', workspace = '', count = '0'] = process.argv.slice(2);
const SLEEPING = { argv: ['sleep', '1000'], env: {}, cwd: '/', user: 'user', stdin: false } as const;

const service = openSandboxService({}, dataDir);
const sandboxes = await service.sandboxes();
for (let n = 0; n < Number(count); n += 1) {
  if (n % 2 === 0) {
    const id = await createWithWorkspace(service, workspace);
    // It is cut off with the service.
    void execIn(service, id, ['sh', '-c', 'trap "" TERM HUP; setsid sleep 1000 & sleep 1000']);
    continue;
  }
  const sandbox = await createLive(service);
  await sandbox.processes.start(SLEEPING);
  if (n % 4 === 1) await sandboxes.pause(sandbox);
}
process.stdout.write('ready\n');
