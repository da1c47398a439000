import { estimateTokens } from '@holdfast/text';
import { describe, expect, it } from 'vitest';

import { said } from './conformance.ts';
import { type Summarise, windowOf } from './window.ts';

const NONE = { summary: '', summarised: 0 };
/** Says what it was given, shortly. */
const calls: (readonly string[])[] = [];
const summarise: Summarise = async (texts) => {
  calls.push(texts);
  return `${texts.length} texts`;
};

describe('ME-1 the window of a conversation', () => {
  it('is all of it while it fits', async () => {
    const items = [said('one'), said('two')];
    expect(await windowOf(NONE, items, 1000, summarise)).toMatchObject({ summary: '', items, summarised: 0 });
  });

  it('is the newest that fit, and a summary of those before', async () => {
    const items = Array.from({ length: 50 }, (_, n) => said(`This is what was said at the point number ${n}.`));
    const window = await windowOf(NONE, items, 300, summarise);
    expect(window.summarised + window.items.length).toBe(50);
    expect(window.items.at(-1)).toEqual(items.at(-1));
    expect(window.summary).toBe(`${window.summarised} texts`);
    expect(window.tokens).toBeLessThanOrEqual(300);
  });

  it('goes on from the summary that is kept, and reads no item twice', async () => {
    const items = Array.from({ length: 30 }, (_, n) =>
      said(`Something of about ten words stands here, number ${n}, in it.`),
    );
    const first = await windowOf(NONE, items.slice(0, 20), 150, summarise);
    calls.length = 0;
    const second = await windowOf(first, items, 150, summarise);
    expect(second.summarised).toBeGreaterThan(first.summarised);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.[0]).toBe(first.summary);
    expect(calls[0]).toHaveLength(1 + second.summarised - first.summarised);
    calls.length = 0;
    expect(await windowOf(second, items, 150, summarise)).toEqual(second);
    expect(calls).toHaveLength(0);
  });

  it('cuts an item that is too large by itself, in whole characters, and a summary that is too long', async () => {
    const window = await windowOf(NONE, [said('old'), said('\u{1F600}很长'.repeat(5000))], 100, async () =>
      'y '.repeat(9000),
    );
    expect(window.items).toHaveLength(1);
    expect(window.items[0]?.text).toMatch(/\[…\]$/);
    expect(window.items[0]?.text.isWellFormed()).toBe(true);
    expect(estimateTokens(window.summary)).toBeLessThanOrEqual(25);
    expect(window.tokens).toBeLessThanOrEqual(110);
  });
});
