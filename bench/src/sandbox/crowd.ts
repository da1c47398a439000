import type { LiveSandbox } from '@holdfast/sandbox';

import { createLive, openSandboxService } from '../../../tests/src/support/sandbox-service.ts';
import { leftBehind } from '../../../tests/src/support/left-behind.ts';
import { tempDir } from '../../../tests/src/support/temp-dir.ts';
import type { FigureGroup } from '../groups.ts';
import { timed } from '../rounds.ts';
import { execLive } from './exec-live.ts';

const COUNT = 200;
const MIB = 1024 * 1024;

/** So many sandboxes of level process that live at once, each with its own disk. */
export const crowd: FigureGroup = {
  name: 'crowd',
  async whyNot() {
    return process.platform === 'linux' ? undefined : 'level process needs Linux';
  },
  async measure() {
    const folder = tempDir();
    const service = openSandboxService({ max_sandboxes: COUNT }, folder.path);
    const rssBefore = process.memoryUsage.rss();
    let all: LiveSandbox[] = [];
    const makeMs = await timed(async () => {
      all = await Promise.all(Array.from({ length: COUNT }, () => createLive(service)));
    });
    const execMs = await timed(() => Promise.all(all.map((sandbox) => execLive(sandbox, 'true'))));
    const usage = await Promise.all(all.map((sandbox) => sandbox.made.box.usage()));
    const bytes = usage.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    const grown = process.memoryUsage.rss() - rssBefore;
    const sandboxes = await service.sandboxes();
    const endMs = await timed(() => Promise.all(all.map((sandbox) => sandboxes.kill(sandbox))));
    await service.close();
    const left = await leftBehind(folder.path);
    folder.remove();
    for (const line of left) process.stderr.write(`left behind: ${line}\n`);
    return [
      { name: `${COUNT} at once: until all are made`, value: makeMs, unit: 'ms' },
      { name: `${COUNT} at once: made, each`, value: makeMs / COUNT, unit: 'ms' },
      { name: `${COUNT} at once: a command in each, all together`, value: execMs, unit: 'ms' },
      { name: `${COUNT} at once: memory of all`, value: bytes / MIB, unit: 'MiB' },
      { name: `${COUNT} at once: memory of the service, grown by`, value: grown / MIB, unit: 'MiB' },
      { name: `${COUNT} at once: until all are ended`, value: endMs, unit: 'ms' },
      { name: `${COUNT} at once: left behind`, value: left.length, unit: '', budget: 0 },
    ];
  },
};
