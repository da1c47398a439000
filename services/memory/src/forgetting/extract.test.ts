import { estimateTokens } from '@holdfast/text';
import { describe, expect, it } from 'vitest';

import { extractSummary } from './extract.ts';

describe('ME-3 summaries in the words of the memories', () => {
  it('say what most of them say, with names, numbers and dates, and nothing twice', () => {
    const summary = extractSummary(
      [
        'The billing service moved to Frankfurt on 3 May 2026. It was a quiet day.',
        'Billing service moved to Frankfurt, said Dana.',
        'The billing service in Frankfurt runs on 12 machines. Lunch was good.',
        'Dana owns the billing service.',
        'The billing service moved to Frankfurt on 3 May 2026.',
      ],
      60,
    );
    expect(summary).toContain('3 May 2026');
    expect(summary).toContain('12 machines');
    expect(summary.match(/3 May 2026/g)).toHaveLength(1);
    expect(estimateTokens(summary)).toBeLessThanOrEqual(60);
  });

  it('work in Chinese', () => {
    const summary = extractSummary(
      [
        '账单服务在五月三日迁到法兰克福。那天很安静。',
        '账单服务迁到了法兰克福，丹娜说。',
        '法兰克福的账单服务有12台机器。',
      ],
      60,
    );
    expect(summary).toMatch(/法兰克福/);
    expect(summary).toContain('12');
    expect(estimateTokens(summary)).toBeLessThanOrEqual(60);
  });

  it('cut what is too long by itself, and take nothing and very much', () => {
    expect(extractSummary([], 50)).toBe('');
    expect(extractSummary(['', ' '], 50)).toBe('');
    const cut = extractSummary([`${'long '.repeat(2000)}end.`], 20);
    expect(estimateTokens(cut)).toBeLessThanOrEqual(22);
    expect(cut.endsWith('…')).toBe(true);
    const many = Array.from({ length: 3000 }, (_, n) => `Sentence number ${n} speaks of ship ${n % 7}.`);
    expect(estimateTokens(extractSummary(many, 100))).toBeLessThanOrEqual(100);
  });
});
