import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect, it } from 'vitest';

import { whyNoNamespaces } from '../../testing-cage.ts';
import { firstProcessBelow, isFirst } from './first-process.ts';

it('knows the first process of a namespace by its numbers', () => {
  expect(isFirst('Name:\tinit\nNSpid:\t1\n')).toBe(false);
  expect(isFirst('NSpid:\t4711\t1\n')).toBe(true);
  expect(isFirst('NSpid:\t4711\t12\n')).toBe(false);
  expect(isFirst('')).toBe(false);
});

it('finds it below a launcher', async (ctx) => {
  const reason = whyNoNamespaces();
  if (reason !== undefined) return ctx.skip(reason);
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = 'echo up; read line';
  const launcher = spawn('unshare', [...own, '--pid', '--fork', '--kill-child', 'sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(launcher.stdout, 'data');
  const found = await firstProcessBelow(launcher.pid ?? 0);
  expect(found).toBeDefined();
  expect(found).not.toBe(launcher.pid);
  launcher.stdin.end('\n');
  await once(launcher, 'exit');
  expect(await firstProcessBelow(launcher.pid ?? 0)).toBeUndefined();
});
