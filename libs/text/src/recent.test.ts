import { expect, it } from 'vitest';

import { createRecent } from './recent.ts';

it('keeps what was asked for lately, and never more than two generations', () => {
  const recent = createRecent<string>(10, (value) => value.length);
  recent.put('asked for', 'abcde');
  recent.put('forgotten', 'abcde');
  for (let n = 0; n < 4; n += 1) {
    recent.put(`other ${n}`, 'abcde');
    expect(recent.get('asked for')).toBe('abcde');
  }
  expect(recent.get('forgotten')).toBeUndefined();
});

it('ME-3 keeps nothing once it was cleared', () => {
  const recent = createRecent<string>(4, (value) => value.length);
  for (const name of ['older', 'newer']) recent.put(name, 'abcde');
  recent.clear();
  expect([recent.get('older'), recent.get('newer')]).toEqual([undefined, undefined]);
});

it('keeps an empty value', () => {
  const recent = createRecent<readonly string[]>(10, (value) => value.length);
  expect(recent.put('nothing', [])).toEqual([]);
  expect(recent.get('nothing')).toEqual([]);
});
