import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { more } from './en/more.ts';
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

/** The sources of the console in one text, without those of these folders. */
function sources(folder: string, without: readonly string[] = []): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((item) => {
      const path = join(folder, item.name);
      if (item.isDirectory()) return without.includes(path) ? '' : sources(path, without);
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

  it('load later only what pages show that load it (PF-1)', () => {
    const root = join(import.meta.dirname, '..');
    const code = sources(root, [
      join(root, 'i18n'),
      ...['admin', 'files', 'memory', 'run/browser', 'tools'].map((folder) => join(root, folder)),
    ]);
    const early = Object.keys(more).filter((group) => new RegExp(`t\\(\\s*['\`]${group}\\.`).test(code));
    expect(early).toEqual([]);
  });
});
