import { describe, expect, it } from 'vitest';

import { backTo } from './back-to.ts';

describe('where a log-in leads to (QA-4)', () => {
  it.each(['/runs/run_1', '/insight?from=a&to=b', '/'])('%s is an address of this server', (next) => {
    expect(backTo(next)).toBe(next);
  });

  it.each([
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/a\\b',
    'javascript:alert(1)',
    '/a b',
    '/\r\nx: y',
  ])('%j is not', (next) => {
    expect(backTo(next)).toBe('/');
  });

  it.each(['/login', '/setup?token=x', '/logout'])('%s would lead round in a circle', (next) => {
    expect(backTo(next)).toBe('/');
  });
});
