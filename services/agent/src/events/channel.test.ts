import { describe, expect, it } from 'vitest';

import { RunChannel } from './channel.ts';
import { fromSegment } from './event.ts';
import type { Viewer } from './pace.ts';

const options = { window: 4, keep: 8, unstoredBytes: 100_000, maxHoldMs: 50 };
const START = { fence: 3, n: 0 };
const texts = (channel: RunChannel) => channel.after(START, 100).map((event) => event.data['text']);

describe('the channel of a run (AG-4)', () => {
  it('shows staged events, and what comes after them, only when they are stored', () => {
    const channel = new RunChannel(3, new Set(), () => 7, options);
    channel.publish('model.delta', { text: 'a' });
    channel.stage('action.outcome', { text: 'b' });
    channel.publish('model.delta', { text: 'c' });
    expect(texts(channel)).toEqual(['a']);
    const segment = channel.takeSegment() ?? expect.fail('nothing to store');
    expect(fromSegment(segment).map(({ n, at, data }) => [n, at, data['text']])).toEqual([
      [1, 7, 'a'],
      [2, 7, 'b'],
      [3, 7, 'c'],
    ]);
    channel.stored(segment);
    expect(texts(channel)).toEqual(['a', 'b', 'c']);
    expect(channel.takeSegment()).toBeUndefined();
  });

  it('stays within its bound: stored events leave the memory', () => {
    const channel = new RunChannel(3, new Set(), () => 0, options);
    for (let n = 0; n < 100; n += 1) {
      channel.publish('model.delta', { text: `${n}` });
      const segment = channel.takeSegment();
      if (segment) channel.stored(segment);
    }
    expect(channel.base.n).toBeGreaterThanOrEqual(100 - 2 * options.keep - 1);
    expect(channel.after({ fence: 3, n: 98 }, 10).map(({ n }) => n)).toEqual([99, 100]);
  });

  it('holds the reader back for a stalled paced viewer, and lets it go when the viewer takes something', async () => {
    const viewer = { flow: 'paced' as const, position: START };
    const channel = new RunChannel(3, new Set([viewer]), () => 0, { ...options, maxHoldMs: 60_000 });
    for (let n = 0; n < 5; n += 1) channel.publish('model.delta', { text: 'x' });
    const room = channel.ready(new AbortController().signal);
    expect(room).toBeInstanceOf(Promise);
    viewer.position = { fence: 3, n: 1 };
    channel.viewerMoved();
    await room;
    expect(channel.ready(new AbortController().signal)).toBeUndefined();
  });

  it('does not let one stalled viewer hold a run for ever', async () => {
    const viewer: Viewer = { flow: 'paced', position: START };
    const channel = new RunChannel(3, new Set([viewer]), () => 0, options);
    for (let n = 0; n < 9; n += 1) channel.publish('model.delta', { text: 'x' });
    await channel.ready(new AbortController().signal);
    expect(viewer.flow).toBe('free');
  });
});
