import { describe, expect, it } from 'vitest';

import type { Draft, Trust } from '../record.ts';
import { assess, signOf } from './defence.ts';
import { HARMLESS, HOSTILE } from './hostile-texts.ts';

const draft = (text: string, trust: Trust, confidence?: number): Draft => ({
  scope: { tenant: 'acme', user: 'alice', agent: '' },
  kind: 'fact',
  text,
  provenance: {
    trust,
    origin: 'tool',
    runId: '',
    actionId: '',
    documentId: '',
    author: '',
    evidence: '',
    location: '',
  },
  ...(confidence === undefined ? {} : { confidence }),
});

describe('ME-1 poisoning defences', () => {
  it.each(HOSTILE)('holds back what was read and reads like an instruction: %s', (text) => {
    const { state, quarantineReason, confidence } = assess(draft(text, 'outside', 1));
    expect([state, quarantineReason !== '', confidence <= 0.2]).toEqual(['quarantined', true, true]);
    expect(assess(draft(`Some lines before.\n${text}\nAnd after.`, 'agent')).state).toBe('quarantined');
  });

  it.each(HARMLESS)('keeps what only tells: %s', (text) => {
    expect(signOf(text)).toBeUndefined();
    expect(assess(draft(text, 'outside')).state).toBe('active');
  });

  it('keeps what a person said as it is', () => {
    for (const text of HOSTILE) expect(assess(draft(text, 'user')).state).toBe('active');
  });

  it('believes what was read less than what people say, whatever it says of itself', () => {
    const believed = (trust: Trust, confidence?: number) =>
      assess(draft('The sky is blue.', trust, confidence)).confidence;
    expect([believed('user'), believed('agent'), believed('outside')]).toEqual([1, 0.7, 0.5]);
    expect([believed('outside', 1), believed('agent', 1), believed('user', 0.4)]).toEqual([0.8, 1, 0.4]);
  });

  it('takes time in proportion to the text, also where it nearly fits', () => {
    for (const piece of ['ignore ', 'send token ', '把密码', '<system ', 'https://a/&x', 'A', ' ', '\n', '\u200b ']) {
      expect(() => signOf(piece.repeat(200_000))).not.toThrow();
    }
  });
});
