import { describe, expect, it } from 'vitest';

import { distance, nearest } from './nearest.ts';

describe('the nearest right key', () => {
  it.each([
    ['', '', 0],
    ['port', 'port', 0],
    ['prot', 'port', 1],
    ['por', 'port', 1],
    ['host', 'port', 2],
    ['', 'abc', 3],
  ])('%s is %s changed %i times', (a, b, far) => {
    expect(distance(a, b)).toBe(far);
    expect(distance(b, a)).toBe(far);
  });

  it('gives the best candidate, or none', () => {
    expect(nearest('heartbeat', ['heartbeat_ms', 'host'])).toBe('heartbeat_ms');
    expect(nearest('Port', ['prt', 'port'])).toBe('port');
    expect(nearest('xyzzy', ['host', 'port'])).toBeUndefined();
    expect(nearest('a', [])).toBeUndefined();
  });
});
