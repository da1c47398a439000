import { silentLogger } from '@holdfast/telemetry';
import { describe, expect, it } from 'vitest';

import { Housekeeping } from './housekeeping.ts';
import { until } from './testing.ts';

describe('housekeeping', () => {
  it('does each chore at the start and again, also after it has failed, and says what failed', async () => {
    const logger = silentLogger();
    const said: string[] = [];
    logger.error = (_fields: unknown, message?: string) => void said.push(message ?? '');
    let done = 0;
    const failing = { failure: 'It is stuck.', everyMs: 10, act: () => Promise.reject(new Error('no')) };
    const counting = { failure: '', everyMs: 10, act: async () => ++done };
    const housekeeping = new Housekeeping([failing, counting], logger);
    housekeeping.start();
    await until(() => done >= 3 && said.length >= 2);
    await housekeeping.stop();
    expect(new Set(said)).toEqual(new Set(['It is stuck.']));
  });

  it('waits at its end for what is under way, and begins nothing more', async () => {
    let finish = () => {};
    let begun = 0;
    const act = () => {
      begun++;
      return new Promise<void>((resolve) => (finish = resolve));
    };
    const housekeeping = new Housekeeping([{ failure: '', everyMs: 3_600_000, act }], silentLogger());
    housekeeping.start();
    let stopped = false;
    const stopping = housekeeping.stop().then(() => (stopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([begun, stopped]).toEqual([1, false]);
    finish();
    expect(await stopping).toBe(true);
  });
});
