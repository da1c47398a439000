import { describe, expect, it } from 'vitest';

import { checkFileName } from './name.ts';

describe('the name of an uploaded file (QA-4)', () => {
  it.each(['a.csv', '报告 2026.csv', '.env', '...', 'a b', '%2e%2e', 'é', '😀.txt', 'a'.repeat(255)])(
    'may be %j',
    (name) => {
      expect(() => checkFileName(name)).not.toThrow();
    },
  );

  it.each([
    '',
    '.',
    '..',
    'a/b',
    '../a',
    '/a',
    'a\\b',
    'a\0',
    'a\nb',
    'a\x1b[31m',
    'invoice\u202efdp.exe',
    'a\u2066b',
    'a\u200fb',
    'a\u2028b',
    '\ud800',
    'a'.repeat(256),
    '长'.repeat(86),
  ])('may not be %j', (name) => {
    expect(() => checkFileName(name)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
