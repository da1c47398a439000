import { expect, it } from 'vitest';

import { provide } from '../provide.ts';
import { token, type Token } from '../token.ts';
import { Container } from './container.ts';

const a = token<string>('a');
const b = token<string>('b');
const c = token<string>('c');
const log: string[] = [];
const providerOf = (own: Token<string>, scope: 'process' | 'run', ...needs: Token<string>[]) =>
  provide(own, {
    scope,
    inject: Object.fromEntries(needs.map((need) => [need.name, need])),
    create: async (given: Record<string, string>) => {
      log.push(`+${own.name}`);
      return `${own.name}(${Object.values(given).join()})`;
    },
    dispose: () => void log.push(`-${own.name}`),
  });
const open = (providers: ReturnType<typeof providerOf>[], ...wanted: Token<string>[]) =>
  new Container(new Map(), providers, wanted as Token<unknown>[]);

it('TL-4 makes what is wanted once for each scope, and disposes in reverse order', async () => {
  log.length = 0;
  const container = open([providerOf(a, 'process'), providerOf(b, 'run', a), providerOf(c, 'run', b)], c);
  const needs = { it: c as Token<unknown> };
  expect(await container.give(needs, 'r1')).toEqual({ it: 'c(b(a()))' });
  await Promise.all([container.give(needs, 'r1'), container.give(needs, 'r2')]);
  expect(log).toEqual(['+a', '+b', '+c', '+b', '+c']);
  log.length = 0;
  expect(await container.releaseRun('r1')).toEqual([]);
  expect(log).toEqual(['-c', '-b']);
  await container.dispose();
  expect(log).toEqual(['-c', '-b', '-c', '-b', '-a']);
});

it('TL-4 says what is missing, in a circle, provided twice, or kept longer than what it needs', () => {
  expect(() => open([], a)).toThrow('Nothing provides a.');
  expect(() => open([providerOf(a, 'process', b)], a)).toThrow('Nothing provides b, which a needs.');
  expect(() => open([providerOf(a, 'run', b), providerOf(b, 'run', c), providerOf(c, 'run', a)], a)).toThrow(
    'a -> b -> c -> a',
  );
  expect(() => open([providerOf(a, 'run'), providerOf(a, 'run')])).toThrow('provided twice');
  expect(() => open([providerOf(a, 'run'), providerOf(b, 'process', a)])).toThrow('outlives');
});

it('TL-4 tries again what could not be made, and tells what could not be disposed of', async () => {
  let fail = true;
  const provider = provide(a, {
    scope: 'run',
    create: () => {
      if (fail) throw new Error('not yet');
      return 'made';
    },
    dispose: () => Promise.reject(new Error('stuck')),
  });
  const container = new Container(new Map(), [provider], []);
  const needs = { it: a as Token<unknown> };
  await expect(container.give(needs, 'r')).rejects.toThrow('not yet');
  fail = false;
  expect(await container.give(needs, 'r')).toEqual({ it: 'made' });
  expect(await container.releaseRun('r')).toEqual(['a: stuck']);
});
