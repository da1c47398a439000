import { describe, expect, it } from 'vitest';

import { RunLog } from './log.ts';
import { spansOf, totalsOf } from './spans.ts';
import { STORY } from './testing.ts';

describe('where the time of a run went', () => {
  it('is told apart: queue, model, waiting, tools', () => {
    const spans = spansOf(RunLog.upTo(STORY, 11));
    expect(spans.map(({ actionId, kind }) => [kind, actionId])).toEqual([
      ['queue', ''],
      ['model', 'm1'],
      ['wait', 'q1.0'],
      ['tool', 't1.0'],
    ]);
    expect(totalsOf(spans, 0)).toEqual({ queue: 10, model: 40, wait: 30, tool: 60 });
  });

  it('goes on for what has not ended', () => {
    const spans = spansOf(RunLog.upTo(STORY, 3));
    expect(totalsOf(spans, 2000)).toMatchObject({ model: 980 });
    expect(spansOf(new RunLog())).toEqual([]);
  });
});
