import { describe, expect, it } from 'vitest';

import { priceOf } from './prices.ts';

const USAGE = { inputTokens: 1_000_000, outputTokens: 100_000, cachedInputTokens: 400_000, cacheWriteTokens: 0 };
const GPT = { id: 'openai/gpt-5', name: 'gpt-5', provider: 'openai', url: 'https://api.openai.com/v1' } as const;
const LOCAL = { id: 'ollama/gpt-5', name: 'gpt-5', provider: undefined, url: 'http://127.0.0.1:11434/v1' } as const;

describe('priceOf', () => {
  it('knows public prices, and that cached input is cheaper', async () => {
    const cached = await priceOf(GPT, USAGE, {});
    const fresh = await priceOf(GPT, { ...USAGE, cachedInputTokens: 0 }, {});
    expect(cached).toBeGreaterThan(0);
    expect(cached).toBeLessThan(fresh ?? 0);
    const written = { ...USAGE, cachedInputTokens: 0, cacheWriteTokens: 500_000 };
    const claude = { ...GPT, name: 'claude-sonnet-5', provider: 'anthropic' } as const;
    expect(await priceOf(claude, written, {})).toBeGreaterThan(
      (await priceOf(claude, { ...written, cacheWriteTokens: 0 }, {})) ?? 0,
    );
    // Written tokens of a provider that bills no writing are input like any other.
    expect(await priceOf(GPT, written, {})).toBe(fresh);
  });

  it('finds a hosted server by its URL', async () => {
    const hosted = {
      id: 'x/deepseek-chat',
      name: 'deepseek-chat',
      provider: undefined,
      url: 'https://api.deepseek.com/v1',
    };
    expect(await priceOf(hosted, USAGE, {})).toBeGreaterThan(0);
  });

  it('is unknown, never 0, for what is in no table', async () => {
    expect(await priceOf(LOCAL, USAGE, {})).toBeUndefined();
    expect(await priceOf({ ...GPT, name: 'no-such-model' }, USAGE, {})).toBeUndefined();
  });

  it('takes the price that the user set first', async () => {
    const set = { 'ollama/gpt-5': { input_per_million: 0, output_per_million: 0 } };
    expect(await priceOf(LOCAL, USAGE, set)).toBe(0);
    const own = { 'openai/gpt-5': { input_per_million: 10, output_per_million: 20, cached_input_per_million: 1 } };
    expect(await priceOf(GPT, USAGE, own)).toBeCloseTo(6 + 0.4 + 2);
    expect(await priceOf({ ...GPT, id: 'constructor' }, USAGE, {})).toBeGreaterThan(0);
  });

  it('does not fail where more is said to be cached than went in', async () => {
    expect(await priceOf(GPT, { ...USAGE, inputTokens: 10 }, {})).toBeGreaterThan(0);
  });
});
