import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tempDir } from '../support/temp-dir.ts';
import { type BuiltConsole, builtConsole } from './support/built-console.ts';

const CDN = 'https://cdn.example.com/x/';

const dir = tempDir();
let built: BuiltConsole;

beforeAll(async () => {
  // Without the slash at its end, as people write it.
  built = await builtConsole(join(dir.path, 'console'), { CDN_BASE: CDN.slice(0, -1) });
});
afterAll(() => dir.remove());

/** The scripts and styles that a script of the CDN names. What is relative to it lies there too. */
function namedIn(script: string): string[] {
  const names = script.match(/[\w:/.-]*(?:\/assets|\.)\/[\w.-]+\.(?:js|css)(?=["'`])/g) ?? [];
  return names.map((name) => (name.startsWith('./') ? `${CDN}assets/${name.slice(2)}` : name));
}

describe('PF-1: a console whose assets come from a CDN', () => {
  it('names the CDN for scripts and styles of the page, and nothing else', () => {
    const { initial, page } = built;
    const [styles] = built.assets.filter((name) => name.endsWith('.css'));
    for (const name of [...initial, styles]) expect(page).toContain(`"${CDN}${name}"`);
    const others = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
    const here = others.filter((url) => !url.startsWith(CDN)).sort();
    expect(here).toEqual(['/icon.svg', '/manifest.webmanifest', '/theme.js']);
  });

  it('loads its lazy pages from there too, and its workers from here, as browsers demand', () => {
    const { assets, lazy, read } = built;
    const urls = new Set(assets.filter((name) => name.endsWith('.js')).flatMap((name) => namedIn(read(name))));
    const workers = assets.filter((name) => name.includes('.worker-'));
    expect(workers.length).toBeGreaterThan(1);
    for (const name of workers) expect(urls).toContain(`/${name}`);
    for (const name of Object.values(lazy).flat()) expect(urls).toContain(`${CDN}${name}`);
    const fromHere = [...urls].filter((url) => !url.startsWith(CDN)).sort();
    expect(fromHere).toEqual(workers.map((name) => `/${name}`).sort());
  });

  it('keeps the assets of the CDN, and the page and workers of this server, for the time without a network', () => {
    const { assets, read } = built;
    const kept = [...read('sw.js').matchAll(/url:"([^"]+)"/g)].map(([, url = '']) => url);
    const expected = assets.map((name) => (name.includes('.worker-') ? `/${name}` : `${CDN}${name}`));
    expect(kept.filter((url) => url.includes('assets/')).sort()).toEqual(expected.sort());
    expect(kept).toContain('/');
  });

  it('tells the server the CDN, which its policy must allow', () => {
    expect(JSON.parse(built.read('build.json'))).toMatchObject({ cdn_base: CDN });
  });
});
