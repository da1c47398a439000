import { describe, expect, it } from 'vitest';

import { encodingFor, encodingOf } from './encoding.ts';

describe('encodings of files (SB-1)', () => {
  it.each([
    [undefined, 'identity'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0.5, identity', 'identity'],
    ['br', 'identity'],
    ['*', 'identity'],
    ['identity;q=0, gzip;q=0.1', 'gzip'],
  ])('sends for %s %s', (accepted, encoding) => {
    expect(encodingFor(accepted)).toBe(encoding);
  });

  it('refuses what it cannot do', () => {
    expect(() => encodingFor('br, *;q=0')).toThrow(/neither/);
    expect(() => encodingOf('br')).toThrow(/not as br/);
    expect(encodingOf('GZIP')).toBe('gzip');
  });
});
