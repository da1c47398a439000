import { expect, it } from 'vitest';

import { endingOf } from './ending.ts';

const MIB = 1024 * 1024;
const state = { isRunning: false, pid: 0, exitCode: 137, isOutOfMemory: false, error: '' };
const seen = { title: 'Docker', state, oomKills: 0, memoryBytes: 64 * MIB };

it('names the quota when the kernel ended a box for its memory (SB-2)', () => {
  const message = 'The sandbox used up its memory quota of 64 MiB: the kernel ended it.';
  const expected = { reason: 'quota', quota: 'memory', message };
  expect(endingOf({ ...seen, state: { ...state, isOutOfMemory: true } })).toEqual(expected);
  expect(endingOf({ ...seen, oomKills: 1 })).toEqual(expected);
});

it('says what is known of any other end, and what is kept', () => {
  expect(endingOf(seen)).toMatchObject({ reason: 'died', message: expect.stringContaining('exit code 137') });
  const { message } = endingOf({ ...seen, state: undefined });
  expect(message).toContain('Docker cannot be asked why');
  expect(message).toContain('Its workspace is kept');
});
