import { describe, expect, it } from 'vitest';

import { CLASSES } from '../probe.ts';
import { PROBES } from './index.ts';

describe('the attempts of the escape suite (QA-4)', () => {
  it('have names of their own, and each class has some', () => {
    const names = PROBES.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z0-9-]+$/.test(name))).toEqual([]);
    for (const name of CLASSES) expect(PROBES.filter((probe) => probe.class === name).length).toBeGreaterThanOrEqual(3);
    expect(PROBES.length).toBeGreaterThanOrEqual(70);
  });

  it('are documented to succeed without isolation often enough that failing elsewhere means something', () => {
    const escapes = PROBES.filter(({ unisolated }) => unisolated.startsWith('escapes'));
    expect(escapes.length).toBeGreaterThanOrEqual(25);
  });
});
