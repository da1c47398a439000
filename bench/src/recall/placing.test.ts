import { describe, expect, it } from 'vitest';

import type { BenchDocument } from './case.ts';
import { placedByIds, speakersByTexts } from './placing.ts';

const doc = (id: string, text = '', group = ''): BenchDocument => {
  return { id, title: '', text, conversation: '', group, position: 0, speaker: '', at: undefined };
};
const placed = (...ids: readonly string[]) =>
  placedByIds(ids.map((id) => doc(id))).map(({ group, position }) => [group, position]);

describe('ME-2 places that ids tell', () => {
  it('are told by consecutive numbers after common beginnings', () => {
    expect(placed('c-2_D1:1', 'c-2_D1:2', 'c-2_D2:1', 'c-2_D2:2')).toEqual([
      ['c-2_D1:', 1],
      ['c-2_D1:', 2],
      ['c-2_D2:', 1],
      ['c-2_D2:', 2],
    ]);
  });

  it('are not told by a corpus that counts its documents, or by numbers with gaps', () => {
    expect(placed('doc-1', 'doc-2', 'doc-3').flat()).toEqual(['', 0, '', 0, '', 0]);
    expect(placed('1', '2', '3').flat()).toEqual(['', 0, '', 0, '', 0]);
    expect(placed('a-1', 'a-9000', 'b-7', 'b-99999').flat()).toEqual(['', 0, '', 0, '', 0, '', 0]);
  });

  it('leave groups alone that are given', () => {
    const given = doc('x:1', '', 'mine');
    expect(placedByIds([given, doc('y:1'), doc('y:2'), doc('z:1'), doc('z:2')])[0]).toBe(given);
  });
});

describe('ME-2 speakers that texts tell', () => {
  it('are names with a colon that most texts of a group begin with', () => {
    const said = ['Ann: hi', 'Bo: hello', 'Ann: bye', 'Bo：再见 ok'].map((text) => doc('x', text, 'g'));
    expect(speakersByTexts(said).map(({ speaker }) => speaker)).toEqual(['Ann', 'Bo', 'Ann', 'Bo']);
  });

  it('are none in texts that only have colons', () => {
    const texts = ['Note: one', 'Then two', 'Warning: three', 'Four'].map((text) => doc('x', text, 'g'));
    expect(speakersByTexts(texts).map(({ speaker }) => speaker)).toEqual(['', '', '', '']);
  });
});
