import { describe, expect, it } from 'vitest';

import { formatOf } from './format.ts';
import { initialLanguage } from './index.ts';

const words = { unknown: 'unknown', atLeast: (cost: string) => `at least ${cost}` };
const en = formatOf('en', words);
const zh = formatOf('zh-CN', words);

describe('figures and times', () => {
  it('never show a price that is not known as 0', () => {
    expect(en.cost(null, true)).toBe('unknown');
    expect(en.cost(0.25, true)).toBe('at least $0.25');
    expect(en.cost(0, false)).toBe('$0.00');
    expect(en.cost(0.000_012, false)).toBe('$0.000012');
  });

  it('are written as the reader writes them', () => {
    expect(en.duration(320)).toBe('320 ms');
    expect(en.duration(4200)).toBe('4.2 sec');
    expect(en.duration(192_000)).toBe('3 min 12 sec');
    expect(en.duration(3_720_000)).toBe('1 hr 2 min');
    expect(zh.duration(4200)).toMatch(/^4.2\s?秒$/);
    expect(en.bytes(0)).toBe('0 B');
    expect(en.bytes(1536)).toBe('1.5 KB');
    expect(en.bytes(5 * 1024 ** 4)).toBe('5,120 GB');
    expect(en.duration(null)).toBe('');
    expect(en.time(undefined)).toBe('');
  });
});

describe('the first language', () => {
  it('is the one that was chosen, else that of the browser', () => {
    expect(initialLanguage('a=b; holdfast_lang=zh', ['en'])).toBe('zh');
    expect(initialLanguage('', ['zh-TW', 'en'])).toBe('zh');
    expect(initialLanguage('holdfast_lang=xx', ['de', 'zh'])).toBe('en');
    expect(initialLanguage('', [])).toBe('en');
  });
});
