import { describe, expect, it } from 'vitest';

import { type Change, filesAt, type Version } from './changes.ts';

const version = (sha256: string): Version => ({ sha256, size: 1, kept: true, binary: false });
const CHANGES: Change[] = [
  { n: 1, action_id: 't1', files: [{ path: 'b', change: 'added', before: null, after: version('1') }] },
  {
    n: 2,
    action_id: 't2',
    files: [
      { path: 'b', change: 'modified', before: version('1'), after: version('2') },
      { path: 'a', change: 'deleted', before: version('9'), after: null },
    ],
  },
  { n: 3, action_id: 't3', files: [{ path: 'b', change: 'deleted', before: version('2'), after: null }] },
];
const at = (...ended: string[]) =>
  filesAt(CHANGES, (id) => ended.includes(id)).map(({ change, path }) => [path, change]);

describe('the files of a run at a checkpoint (AG-2)', () => {
  it('are those that differ from how the run found them', () => {
    expect(at()).toEqual([]);
    expect(at('t1')).toEqual([['b', 'added']]);
    expect(at('t1', 't2')).toEqual([
      ['a', 'deleted'],
      ['b', 'added'],
    ]);
    // What was made and taken away again leaves no difference.
    expect(at('t1', 't2', 't3')).toEqual([['a', 'deleted']]);
  });
});
