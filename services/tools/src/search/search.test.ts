import { describe, expect, it } from 'vitest';

import { catalogue } from './corpus/catalogue.ts';
import { FRESH, HELD_OUT, TUNED, UNSEEN, type WrittenQuery } from './corpus/queries.ts';
import { type Searchable, ToolIndex } from './index.ts';

const tools = catalogue();
const index = new ToolIndex();
index.sync(tools);

function missed(queries: readonly WrittenQuery[]): string[] {
  return queries
    .filter(({ query, expected }) => !index.search(query, 5).some(({ name }) => expected.includes(name)))
    .map(({ query }) => query);
}

function tool(name: string, description: string, properties: Searchable['input']['schema'] = {}): Searchable {
  return { name, description, input: { schema: { type: 'object', properties } } };
}

function names(of: ToolIndex, query: string, limit = 5): string[] {
  return of.search(query, limit).map(({ name }) => name);
}

describe('search of tools (TL-5)', () => {
  it('TL-5: has the right tool among the first five for at least 95 of 100 written queries over more than 500 tools', () => {
    expect(tools.length).toBeGreaterThanOrEqual(500);
    const all = [...TUNED, ...HELD_OUT];
    expect(all).toHaveLength(100);
    const wrong = missed(all);
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(5);
  });

  it('TL-5: does not do worse than documented on queries that it was not tuned with', () => {
    const wrong = missed(UNSEEN);
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(6);
    expect(missed(FRESH).length).toBeLessThanOrEqual(4);
  });

  it('names only tools of the catalogue in the written queries, and every query once', () => {
    const known = new Set(tools.map(({ name }) => name));
    const written = [...TUNED, ...HELD_OUT, ...FRESH, ...UNSEEN];
    expect(written.flatMap(({ expected }) => expected).filter((name) => !known.has(name))).toEqual([]);
    expect(new Set(written.map(({ query }) => query)).size).toBe(written.length);
    expect(known.size).toBe(tools.length);
  });

  it('puts the tool first whose name is the query, with or without its server', () => {
    expect(names(index, 'git__git_log')[0]).toBe('git__git_log');
    expect(names(index, 'GIT__GIT_LOG ')[0]).toBe('git__git_log');
    expect(names(index, 'merge_pdfs')[0]).toBe('pdf_tools__merge_pdfs');
  });

  it('says nothing of tools that may not be used', () => {
    expect(index.search('create a pull request', 10, (name) => !name.startsWith('github__')).length).toBeGreaterThan(0);
    const found = index.search('github__create_pull_request', 10, (name) => !name.startsWith('github__'));
    expect(found.map(({ name }) => name).filter((name) => name.startsWith('github__'))).toEqual([]);
  });

  it('reads identifiers, Han and parameters', () => {
    const small = new ToolIndex();
    small.sync([
      tool('x__fetchHTMLPage', 'Loads something.'),
      tool('y__a', '把图片缩小。'),
      tool('z__b', 'Does a thing.', { latitude: { type: 'number', description: 'Degrees north' } }),
    ]);
    expect(names(small, 'html page')[0]).toBe('x__fetchHTMLPage');
    expect(names(small, '缩小图片')[0]).toBe('y__a');
    expect(names(small, 'make an image smaller')).toContain('y__a');
    expect(names(small, 'latitude north')[0]).toBe('z__b');
  });

  it('follows tools that come, change and go, as if it were made anew', () => {
    const followed = new ToolIndex();
    followed.sync(tools.slice(0, 400));
    followed.sync(tools.slice(200));
    const changed = tools.map((one) =>
      one.name === 'slack__post_message' ? { ...one, description: 'Paints walls' } : one,
    );
    followed.sync(changed);
    expect(names(followed, 'paint the wall')[0]).toBe('slack__post_message');
    followed.sync(tools);
    for (const { query } of TUNED) expect(followed.search(query, 10)).toEqual(index.search(query, 10));
    followed.sync([]);
    expect(followed.size).toBe(0);
    expect(names(followed, 'anything')).toEqual([]);
  });

  it.each([
    '',
    ' ',
    '?!',
    'a the of',
    '\0',
    '\ud800',
    '('.repeat(1000),
    '字'.repeat(5000),
    '👩‍👩‍👧 __proto__ constructor',
  ])('bad input: bears the query %j', (query) => {
    expect(() => index.search(query, 5)).not.toThrow();
  });

  it('bad input: bears schemas of no sense', () => {
    const odd = new ToolIndex();
    const schemas = [
      {},
      { properties: 3 },
      { properties: null },
      { properties: { a: null, b: 1, c: { description: 4 } } },
    ];
    odd.sync(schemas.map((schema, at) => ({ name: `t${at}`, description: '', input: { schema } })));
    expect(odd.size).toBe(4);
    expect(names(odd, 't3')[0]).toBe('t3');
  });
});
