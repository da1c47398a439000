import { describe, expect, it } from 'vitest';

import { parseFaults } from './faults.ts';

describe('fault points', () => {
  it('end the process at the named passing of the named action, and nowhere else', () => {
    let killed = 0;
    const faults = parseFaults('after-intent@t1.0#2', () => {
      killed += 1;
    });
    faults('after-intent', 't1.1');
    faults('before-intent', 't1.0');
    faults('after-intent', 't1.0');
    expect(killed).toBe(0);
    faults('after-intent', 't1.0');
    faults('after-intent', 't1.0');
    expect(killed).toBe(1);
  });

  it('are refused when they name nothing that there is', () => {
    for (const text of ['sometime', 'after-lunch@t1.0', 'after-intent@', '@t1.0']) {
      expect(() => parseFaults(text, () => undefined)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    }
    expect(() => parseFaults(undefined, () => expect.fail('killed'))('after-intent', 't1.0')).not.toThrow();
  });
});
