import { expect, it } from 'vitest';

import { saysTheSame } from './dedupe.ts';

it.each<[known: string, given: string, same: boolean]>([
  ['Alice prefers trains.', 'Alice prefers trains', true],
  ['The build takes ten minutes on the old runner.', 'the build takes ten minutes on the old runner!', true],
  ['她喜欢喝绿茶。', '她喜歡喝綠茶', true],
  ['', '', true],
  [
    'The nightly build of the old runner takes 10 minutes.',
    'The nightly build of the old runner takes 15 minutes.',
    false,
  ],
  ['She likes long meetings in the early morning.', 'She does not like long meetings in the early morning.', false],
  ['她喜欢喝绿茶和红茶。', '她不喜欢喝绿茶和红茶。', false],
  ['Release on 2026-05-03 from the main branch.', 'Release on 2026-05-04 from the main branch.', false],
  ['The spare key of the shed is with Ben today.', 'The spare key of the shed is with Bob today.', false],
  ['Alice prefers trains.', 'Bob owns the billing service.', false],
  ['...', '???', false],
])('ME-1 %s / %s: %s', (known, given, same) => {
  expect(saysTheSame(known, given)).toBe(same);
  expect(saysTheSame(given, known)).toBe(same);
});
