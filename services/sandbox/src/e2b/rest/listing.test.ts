import { describe, expect, it } from 'vitest';

import { metadataOf, page } from './listing.ts';

const items = ['d', 'c', 'b', 'a'].map((key) => ({ key }));
const before = ({ key }: { key: string }, token: string) => key < token;

describe('lists of the control plane (SB-1)', () => {
  it('gives page after page, and no token with the last one', () => {
    const first = page(items, { limit: 3 }, before);
    expect(first.items.map(({ key }) => key)).toEqual(['d', 'c', 'b']);
    const second = page(items, { limit: 3, nextToken: first.nextToken }, before);
    expect(second).toEqual({ items: [{ key: 'a' }] });
  });

  it('leaves nothing out where the last item of a page has gone', () => {
    const { nextToken } = page(items, { limit: 2 }, before);
    const rest = items.filter(({ key }) => key !== 'c');
    expect(page(rest, { limit: 2, nextToken }, before).items.map(({ key }) => key)).toEqual(['b', 'a']);
  });

  it('decodes metadata as the SDKs encode it, twice', () => {
    const once = encodeURIComponent('a=1&b');
    const query = new URLSearchParams({ [once]: encodeURIComponent('x y%') }).toString();
    expect(metadataOf(query)).toEqual([['a=1&b', 'x y%']]);
    expect(metadataOf('plain=100%')).toEqual([['plain', '100%']]);
    expect(metadataOf(undefined)).toEqual([]);
  });
});
