import { qemuEngine } from './engine.ts';
import { testSpec } from './testing.ts';

/** A service in a process of its own, for the test that kills it: two boxes, one of them paused. */
const engine = qemuEngine({ folder: process.argv[2] ?? '' });
const running = await engine.create(testSpec());
const paused = await engine.create(testSpec());
await paused.pause();
const sleeping = await running.agent.spawn({
  argv: ['sleep', '1000'],
  env: { PATH: '/bin' },
  cwd: '/',
  user: 'user',
  stdin: false,
  endTree: true,
});
console.log(`ready ${sleeping.pid}`);
// Until it is killed.
setInterval(() => undefined, 60_000);
