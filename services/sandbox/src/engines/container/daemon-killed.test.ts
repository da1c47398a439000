import { HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Engine } from '../engine.ts';
import { startTestDaemon, type TestDaemon, whyNoDaemon } from './testing.ts';
import { shell, testEngine, testSpec } from './testing-box.ts';
import { tracesOf } from './testing-traces.ts';

for (const product of ['docker', 'podman'] as const) {
  const reason = await whyNoDaemon(product);
  if (reason !== undefined) {
    it(`${product} killed (SB-1)`, (ctx) => ctx.skip(reason));
    continue;
  }

  describe(`${product} killed with SIGKILL, and back (SB-1)`, () => {
    let daemon: TestDaemon;
    let engine: Engine;
    beforeAll(async () => {
      daemon = await startTestDaemon(product);
      engine = testEngine(daemon);
    });
    afterAll(async () => {
      await daemon.stop();
      expect(await tracesOf(daemon.folder)).toEqual([]);
    });

    it('ends a box, or lets it go on, and never leaves one that nobody knows of', async () => {
      const [kept, destroyed] = await Promise.all([engine.create(testSpec()), engine.create(testSpec())]);
      await daemon.kill();

      // The agents have their own line to the service.
      expect((await shell(kept, 'echo fine')).stdout).toBe('fine\n');
      const says = (words: string) => (error: unknown) => HoldfastError.is(error) && error.message.includes(words);
      await expect(engine.version()).rejects.toSatisfy(says(`systemctl start ${product}`));
      await expect(engine.create(testSpec())).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'SANDBOX_UNAVAILABLE'),
      );
      await expect(destroyed.destroy()).rejects.toSatisfy(says('is still there'));
      // Its processes are gone all the same.
      await destroyed.agent.closed;
      await expect(shell(destroyed, 'true')).rejects.toSatisfy((error) => HoldfastError.has(error, 'UNAVAILABLE'));

      await daemon.start();
      await destroyed.destroy();
      expect(await destroyed.ended).toMatchObject({ reason: 'destroyed' });
      // Docker ends what ran when it is started again; Podman only looks on.
      if (product === 'docker') expect(await kept.ended).toMatchObject({ reason: 'died' });
      else expect((await shell(kept, 'echo fine')).stdout).toBe('fine\n');
      await kept.destroy();

      const next = await engine.create(testSpec());
      expect((await shell(next, 'echo back')).stdout).toBe('back\n');
      await next.destroy();
      expect(await engine.reap()).toBe(0);
    });
  });
}
