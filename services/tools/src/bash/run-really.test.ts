import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { EVERYDAY } from './corpus/everyday.ts';
import { BASH_ARGV, BASH_ENVIRONMENT } from './environment.ts';
import { checkCommand } from './policy.ts';
import { inCage, makeRepository, WHY_NO_CAGE } from './testing.ts';

describe('TL-2: everyday lines under a real bash', () => {
  let first = '';
  let second = '';
  beforeAll(() => {
    first = mkdtempSync(join(tmpdir(), 'holdfast-bash-'));
    second = mkdtempSync(join(tmpdir(), 'holdfast-bash-'));
    makeRepository(first);
    // A copy, and not made anew: what holds a time of day in it would give other hashes a second later.
    execFileSync('cp', ['-a', `${first}/.`, second]);
  });
  afterAll(() => {
    for (const folder of [first, second]) rmSync(folder, { recursive: true, force: true });
  });

  it('run with exit code 0, and print what the line as written prints', (ctx) => {
    if (WHY_NO_CAGE) ctx.skip(WHY_NO_CAGE);
    const differing: unknown[] = [];
    for (const line of EVERYDAY) {
      const verdict = checkCommand(line);
      if (!verdict.allowed) throw new Error(line);
      const printed = inCage(first, [...BASH_ARGV, verdict.script], BASH_ENVIRONMENT);
      const written = inCage(second, [...BASH_ARGV, line], BASH_ENVIRONMENT);
      const same =
        /shuf|\bdf\b|\bdu\b|stat|\btime\b|-printf|git shortlog -sn$|git reflog|ls -l/.test(line) ||
        printed.stdout === written.stdout;
      if (printed.status !== 0 || !same || printed.stderr.includes('__holdfast')) {
        differing.push({ line, script: verdict.script, printed, written });
      }
    }
    expect(differing).toEqual([]);
    expect(existsSync(join(first, 'out/deep/b')) && readdirSync(first).includes('report.md')).toBe(true);
  }, 240_000);
});
