import { describe, expect, it } from 'vitest';

import { mustWait, type Viewer } from './pace.ts';

const head = { fence: 2, n: 100 };
const viewer = (flow: Viewer['flow'], n: number, fence = 2): Viewer => ({ flow, position: { fence, n } });

describe('pace (AG-4)', () => {
  it('waits for a paced viewer that is behind by more than the window', () => {
    expect(mustWait([viewer('paced', 89)], head, 10)).toBe(true);
    expect(mustWait([viewer('paced', 90)], head, 10)).toBe(false);
    expect(mustWait([viewer('paced', 500, 1)], head, 10)).toBe(true);
  });

  it('never waits for nobody, or for free viewers', () => {
    expect(mustWait([], head, 10)).toBe(false);
    expect(mustWait([viewer('free', 0)], head, 10)).toBe(false);
  });

  it('goes on when a second viewer keeps up, whatever its flow', () => {
    expect(mustWait([viewer('paced', 0), viewer('free', 99)], head, 10)).toBe(false);
    expect(mustWait([viewer('paced', 0), viewer('paced', 99)], head, 10)).toBe(false);
    expect(mustWait([viewer('paced', 0), viewer('free', 0)], head, 10)).toBe(true);
  });
});
