import { describe, expect, it } from 'vitest';

import { ATTACKS } from './corpus/attacks.ts';
import { EVERYDAY } from './corpus/everyday.ts';
import { checkCommand } from './policy.ts';

describe('TL-2: the allow-list of bash', () => {
  it('is tried with at least 200 attempts and 120 everyday lines', () => {
    expect(Object.values(ATTACKS).flat().length).toBeGreaterThanOrEqual(200);
    expect(EVERYDAY.length).toBeGreaterThanOrEqual(120);
  });

  for (const [name, attempts] of Object.entries(ATTACKS)) {
    it(`refuses every attempt of the class ${name}, and says which word broke which rule`, () => {
      const verdicts = attempts.map((attempt) => ({ attempt, verdict: checkCommand(attempt) }));
      expect(verdicts.filter(({ verdict }) => verdict.allowed).map(({ attempt }) => attempt)).toEqual([]);
      for (const { verdict } of verdicts) {
        if (!verdict.allowed) expect(verdict.message.length).toBeGreaterThan(20);
      }
    });
  }

  it('allows every everyday line', () => {
    const refused = EVERYDAY.map((line) => ({ line, verdict: checkCommand(line) })).filter(
      ({ verdict }) => !verdict.allowed,
    );
    expect(refused).toEqual([]);
  });
});
