import { expect, it } from 'vitest';

import { estimateTokens } from './estimate.ts';

it('ME-1 estimates the tokens of a text by its script', () => {
  expect(estimateTokens('')).toBe(0);
  expect(estimateTokens('a')).toBe(1);
  expect(estimateTokens('four char words here')).toBe(5);
  expect(estimateTokens('你好世界')).toBe(4);
  expect(estimateTokens('привет')).toBe(3);
  expect(estimateTokens('🎉')).toBe(2);
  expect(estimateTokens('\ud800')).toBe(1);
});
