import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { en } from './en.ts';
import { zh } from './zh.ts';

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  );
}

const english = flat(en);
const chinese = new Map(flat(zh));
const variables = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted((a = '', b = '') => (a < b ? -1 : 1));

/** All sources of the console in one text. */
function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((item) => {
      const path = join(folder, item.name);
      if (item.isDirectory()) return sources(path);
      return /\.tsx?$/.test(item.name) && !/(en|zh|\.test|\.gen)\.ts$/.test(item.name)
        ? readFileSync(path, 'utf8')
        : '';
    })
    .join('\n');
}

describe('both languages of the console', () => {
  it('say the same things, with the same variables, and leave nothing empty', () => {
    expect([...chinese.keys()]).toEqual(english.map(([key]) => key));
    for (const [key, text] of english) {
      const other = chinese.get(key) ?? '';
      expect([key, text.trim() !== '', other.trim() !== '']).toEqual([key, true, true]);
      expect([key, variables(other)]).toEqual([key, variables(text)]);
    }
  });

  it('do not leave English sentences in the Chinese ones', () => {
    const same = english.filter(([key, text]) => chinese.get(key) === text && /[a-z]{4,} [a-z]{3,}/i.test(text));
    expect(same).toEqual([]);
  });

  it('hold no text that nobody shows', () => {
    const code = sources(join(import.meta.dirname, '..'));
    const unused = english.filter(([key]) => {
      const group = key.slice(0, key.lastIndexOf('.') + 1);
      return !code.includes(`'${key}'`) && !code.includes(`\`${group}\${`);
    });
    expect(unused.map(([key]) => key)).toEqual([]);
  });
});
