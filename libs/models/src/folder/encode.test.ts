import { describe, expect, it } from 'vitest';

import { encode, groupsOf, type Tokenizer } from './encode.ts';

const CLS = 1;
const SEP = 2;

/** A tokenizer of characters: `[CLS] a b [SEP]`, or `[CLS] a [SEP] b [SEP]` for a pair. */
const characters: Tokenizer = (text, { text_pair: pair }) => {
  const ids = (value: string) => Array.from(value, (character) => 100 + (character.codePointAt(0) ?? 0));
  const first = [CLS, ...ids(text), SEP];
  const second = pair === undefined ? [] : [...ids(pair), SEP];
  return { input_ids: [...first, ...second], token_type_ids: [...first.map(() => 0), ...second.map(() => 1)] };
};

describe('ME-2 texts as tokens', () => {
  it('leaves a text that fits as it is', () => {
    expect(encode(characters, 'ab', undefined, 8)).toEqual({ ids: [CLS, 197, 198, SEP], types: [0, 0, 0, 0] });
  });

  it('cuts a long text before its closing token', () => {
    const { ids, types } = encode(characters, 'a'.repeat(1000), undefined, 8);
    expect([ids.length, ids.at(-1), types.length]).toEqual([8, SEP, 8]);
  });

  it('leaves room for the text beside a long query', () => {
    const { ids, types } = encode(characters, 'bbbb', 'a'.repeat(1000), 16);
    expect(ids).toHaveLength(types.length);
    expect(ids.filter((id) => id === 198)).toHaveLength(4);
    expect(ids.filter((id) => id === 197).length).toBeGreaterThan(0);
  });

  it('puts like lengths together, each text once, within the budget', () => {
    let state = 7;
    const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x80000000;
    for (let round = 0; round < 50; round += 1) {
      const encoded = Array.from({ length: 40 }, () => {
        const ids = Array.from<number>({ length: 1 + Math.floor(random() * 60) }).fill(0);
        return { ids, types: ids };
      });
      const groups = groupsOf(encoded, 100);
      expect(groups.flat().sort((a, b) => a - b)).toEqual([...encoded.keys()]);
      for (const group of groups) {
        const longest = Math.max(...group.map((at) => encoded[at]?.ids.length ?? 0));
        if (group.length > 1) expect(group.length * longest).toBeLessThanOrEqual(100);
      }
    }
  });
});
