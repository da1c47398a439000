/* For killed-inside-change.test.ts: a gateway that is killed while it starts a run. Says where it is, then waits. */
import { createGateway } from '../gateway.ts';
import { testDeps } from '../testing.ts';

const { agent, deps } = await testDeps();
agent.createRun = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};
const gateway = await createGateway(deps);
const url = await gateway.listen();
process.stdout.write(`${JSON.stringify({ url, dataDir: deps.dataDir })}\n`);
