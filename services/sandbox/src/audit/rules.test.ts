import { expect, test } from 'vitest';

import { AUDIT_EVENTS } from './audit-record.ts';
import { DEFAULT_RULES, judge } from './rules.ts';

const seen = { pid: 1, command: 'x', detail: 'finit_module "a\nb" fd=3 flags=0x0', result: 'EPERM' } as const;

test('the shipped rules alert on what no ordinary program does, and on holes in the record (SB-3)', () => {
  const silent = AUDIT_EVENTS.filter((event) => judge(DEFAULT_RULES, { ...seen, event }) === undefined);
  expect(silent).toEqual(['exec', 'open', 'connect', 'identity']);
});

test('the first rule that matches decides, and a match looks at the whole detail (SB-3)', () => {
  const rules = [
    { name: 'other', event: 'module', match: /"c"/, verdict: 'alert' },
    { name: 'this', event: 'module', match: /b" fd=3/g, verdict: 'kill' },
    ...DEFAULT_RULES,
  ] as const;
  for (let round = 0; round < 2; round += 1) expect(judge(rules, { ...seen, event: 'module' })?.name).toBe('this');
  expect(judge(rules, { ...seen, event: 'exec' })).toBeUndefined();
});
