import { describe, expect, it } from 'vitest';

import { RunStore } from './store.ts';
import { STORY } from './testing.ts';

/** A server that tells these events at once, in one answer of an event stream. */
function serving(events: typeof STORY): typeof globalThis.fetch {
  const frames = events.map(
    ({ at, data, id, type }) =>
      `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ at: new Date(at).toISOString(), ...data })}\n\n`,
  );
  return async () => new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream' } });
}

const store = (events: typeof STORY) =>
  new RunStore('run_1', { fetch: serving(events), now: () => 0, random: () => 0 });

describe('one run in the page (AG-2, AG-4)', () => {
  it('has the log up to now, and the log as it was at any checkpoint', async () => {
    const run = store(STORY);
    let told = 0;
    run.subscribe(() => {
      told += 1;
    });
    await run.follow(new AbortController().signal);
    expect(run.connection).toEqual({ state: 'ended' });
    expect(run.log.status).toBe('succeeded');
    expect(run.at(5).status).toBe('waiting');
    expect(run.at(5)).toBe(run.at(5));
    expect(run.at(11).items).toEqual(run.log.items);
    expect(told).toBeGreaterThan(0);
    expect(run.getVersion()).toBeGreaterThan(0);
  });

  it('keeps no more text for the scrubber than fits, and the log all the same', async () => {
    const big = 'x'.repeat(8 * 1024 * 1024);
    const output = Array.from({ length: 12 }, (_, n) => ({
      id: `1-${100 + n}`,
      type: 'tool.output',
      at: 2000,
      data: { action_id: 't1.0', stream: 'stdout', text: `${n} ${big}\n` },
    }));
    const start = STORY.slice(0, 14);
    const run = store([
      ...start,
      ...output,
      { id: '1-200', type: 'run.ended', at: 3000, data: { status: 'succeeded', seq: 12 } },
    ]);
    await run.follow(new AbortController().signal);
    expect(run.log.terminal.lines.at(-1)?.text.length).toBeGreaterThan(0);
    const again = run.at(12).terminal.lines;
    expect(again.some(({ text }) => text.startsWith('0 x'))).toBe(false);
    expect(again.at(-1)?.actionId).toBe('t1.0');
  });
});
