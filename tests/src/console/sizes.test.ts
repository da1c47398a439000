import { readFileSync } from 'node:fs';

import { beforeAll, describe, expect, it } from 'vitest';

import { type BuiltConsole, builtConsole, type SentFile } from './support/built-console.ts';

const ROUTER = new URL('../../../apps/console/src/app/router.tsx', import.meta.url);
/** Bytes as sent: Brotli at its best level. */
const INITIAL = 125_000;
const LAZY = 60_000;
const WORKER = 80_000;
const TEXTS = ['i18n/en/first.ts', 'i18n/zh/first.ts'] as const;

let built: BuiltConsole;

beforeAll(async () => {
  built = await builtConsole();
});

/** What is above a budget, with its files, largest first; empty where nothing is. */
function above(what: string, files: readonly SentFile[], budget: number): string[] {
  const size = sum(files);
  if (size <= budget) return [];
  const list = files.toSorted((a, b) => b.size - a.size).map((file) => `  ${file.size} ${file.name}`);
  return [[`${what}: ${size} bytes of ${budget}`, ...list].join('\n')];
}

function sum(files: readonly SentFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}

/** The scripts that the page itself names: it loads them before it shows anything. */
function named(page: string): string[] {
  const tags = page.match(/<(?:script|link rel="modulepreload")[^>]*>/g) ?? [];
  return tags.map((tag) => /(?:src|href)="\/([^"]+)"/.exec(tag)?.[1] ?? tag).sort();
}

describe('PF-1: sizes of the console', () => {
  it('loads at most 125 KB of JavaScript at first, the larger language included', () => {
    const { initial, lazy, page, sent } = built;
    expect(named(page)).toEqual([...initial, 'theme.js'].sort());
    const texts = TEXTS.map((name) => (lazy[name] ?? []).map(sent));
    expect(texts.map((files) => files.length)).toEqual([1, 1]);
    const [larger = []] = texts.toSorted((a, b) => sum(b) - sum(a));
    expect(above('at first', [...named(page).map(sent), ...larger], INITIAL)).toEqual([]);
  });

  it('loads at most 60 KB more for each page, and for whatever else comes later', () => {
    const { lazy, sent } = built;
    const routes = [...readFileSync(ROUTER, 'utf8').matchAll(/import\('\.\.\/([^']+)'\)/g)].map(([, path]) => path);
    expect(routes.length).toBeGreaterThan(10);
    expect(Object.keys(lazy)).toEqual(expect.arrayContaining(routes));
    expect(Object.entries(lazy).flatMap(([path, names]) => above(path, names.map(sent), LAZY))).toEqual([]);
  });

  it('has no worker above 80 KB', () => {
    const { assets, sent } = built;
    const workers = [...assets.filter((name) => /\.worker-[\w-]+\.js$/.test(name)), 'sw.js'];
    expect(workers.join(' ')).toMatch(/diff\.worker.* .*markdown\.worker/);
    expect(workers.flatMap((name) => above(name, [sent(name)], WORKER))).toEqual([]);
  });
});
