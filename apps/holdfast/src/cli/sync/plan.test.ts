import { describe, expect, it } from 'vitest';

import { type Entry, type Step, stepOf } from './plan.ts';

const here = (sha256: string) => ({ sha256, size: 1 });
const there = (version: number, sha256: string) => ({ sha256, size: 1, version });
const before = (version: number, sha256: string) => ({ version, sha256 });

describe('TL-3 what a sync does with a file', () => {
  const cases: [string, Omit<Entry, 'path'>, Step, Step?][] = [
    ['new here', { here: here('a'), there: undefined, before: undefined }, 'upload'],
    ['new there', { here: undefined, there: there(1, 'a'), before: undefined }, 'download'],
    ['the same on both', { here: here('a'), there: there(3, 'a'), before: undefined }, 'settled'],
    ['two different that never met', { here: here('a'), there: there(1, 'b'), before: undefined }, 'conflict'],
    ['changed here', { here: here('b'), there: there(1, 'a'), before: before(1, 'a') }, 'upload'],
    ['changed there', { here: here('a'), there: there(2, 'b'), before: before(1, 'a') }, 'download'],
    ['changed on both', { here: here('c'), there: there(2, 'b'), before: before(1, 'a') }, 'conflict'],
    ['changed on both alike', { here: here('b'), there: there(2, 'b'), before: before(1, 'a') }, 'settled'],
    ['deleted here', { here: undefined, there: there(1, 'a'), before: before(1, 'a') }, 'download', 'delete-there'],
    ['deleted there', { here: here('a'), there: there(2, ''), before: before(1, 'a') }, 'gone-there', 'delete-here'],
    ['deleted here, changed there', { here: undefined, there: there(2, 'b'), before: before(1, 'a') }, 'download'],
    ['changed here, deleted there', { here: here('b'), there: there(2, ''), before: before(1, 'a') }, 'upload'],
    ['deleted on both', { here: undefined, there: there(2, ''), before: before(1, 'a') }, 'nothing'],
    ['deleted there long ago, new here', { here: here('a'), there: there(2, ''), before: undefined }, 'upload'],
  ];
  it.each(cases)('%s', (_, entry, step, withDeletions = step) => {
    expect(stepOf({ path: 'x', ...entry }, false)).toBe(step);
    expect(stepOf({ path: 'x', ...entry }, true)).toBe(withDeletions);
  });
});
