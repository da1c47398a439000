import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { testEngine, testSpec } from '../../../services/sandbox/src/engines/container/testing-box.ts';
import { startTestDaemon, whyNoDaemon } from '../../../services/sandbox/src/engines/container/testing.ts';
import { findProgram } from '../../../services/sandbox/src/host/find-program.ts';
import { trueIn } from './first-command.ts';
import type { FigureGroup } from '../groups.ts';
import { medians } from '../rounds.ts';

const ROUNDS = 40;
const BUDGET_RATIO = 1.3;
const BARE = 'bare docker exec: true';
const OURS = 'docker: a command in a warm container';

/** A command in a container that runs already, beside `docker exec` in one of the same daemon and image. */
export const containerExec: FigureGroup = {
  name: 'container',
  async whyNot() {
    if (!(await findProgram('docker'))) return 'the command line client of Docker is not installed';
    return whyNoDaemon('docker');
  },
  async measure() {
    const daemon = await startTestDaemon('docker');
    try {
      const docker = async (...args: string[]): Promise<string> =>
        (await promisify(execFile)('docker', args, { env: { ...process.env, ...daemon.env } })).stdout.trim();
      const container = await docker('run', '--detach', '--network=none', 'busybox', 'sleep', '100000');
      const box = await testEngine(daemon).create(testSpec());
      const times = await medians(ROUNDS, [
        { name: BARE, run: async () => void (await docker('exec', container, 'true')) },
        { name: OURS, run: async () => void (await trueIn(box)) },
      ]);
      await box.destroy();
      const [bare = Number.NaN, ours = Number.NaN] = [times.get(BARE), times.get(OURS)];
      return [
        { name: BARE, value: bare, unit: 'ms' },
        { name: OURS, value: ours, unit: 'ms' },
        { name: `${OURS}, against docker exec`, value: ours / bare, unit: 'x', budget: BUDGET_RATIO },
      ];
    } finally {
      await daemon.stop();
    }
  },
};
