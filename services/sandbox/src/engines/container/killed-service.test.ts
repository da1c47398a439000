import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { processesWith } from '../../testing.ts';
import { boxesWithFolder } from './box-folder.ts';
import { startTestDaemon, type TestDaemon, whyNoDaemon } from './testing.ts';
import { shell, testEngine, testSpec } from './testing-box.ts';
import { tracesOf } from './testing-traces.ts';

for (const product of ['docker', 'podman'] as const) {
  const reason = await whyNoDaemon(product);
  if (reason !== undefined) {
    it(`a killed service of ${product} (SB-2)`, (ctx) => ctx.skip(reason));
    continue;
  }

  describe(`a service with live boxes of ${product}, killed with SIGKILL (SB-2)`, () => {
    let daemon: TestDaemon;
    beforeAll(async () => {
      daemon = await startTestDaemon(product);
    });
    afterAll(async () => {
      await daemon.stop();
      expect(await tracesOf(daemon.folder)).toEqual([]);
    });

    it('leaves no process, and its next start removes the rest', async () => {
      // As no other program of the machine sleeps.
      const seconds = `${100_000 + process.pid}.75`;
      const { socket, env, folder } = daemon;
      const service = spawn(
        process.execPath,
        [join(import.meta.dirname, 'testing-process.ts'), JSON.stringify({ product, socket, env, folder }), seconds],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [line] = (await once(service.stdout, 'data')) as [Buffer];
      const ids = JSON.parse(line.toString('utf8')) as string[];
      const sleeping = async (): Promise<number> =>
        (await processesWith(seconds)).filter((text) => text.includes(`: sleep ${seconds}`)).length;
      await expect.poll(sleeping, { timeout: 20_000 }).toBe(6);

      service.kill('SIGKILL');
      await once(service, 'exit');
      await expect.poll(sleeping, { timeout: 20_000 }).toBe(0);
      const boxes = join(folder, 'boxes');
      expect((await boxesWithFolder(boxes)).sort()).toEqual(ids.sort());

      const restarted = testEngine(daemon);
      expect(await restarted.reap()).toBe(ids.length);
      expect(await boxesWithFolder(boxes)).toEqual([]);
      const box = await restarted.create(testSpec());
      expect((await shell(box, 'echo fine')).stdout).toBe('fine\n');
      await box.destroy();
    });
  });
}
