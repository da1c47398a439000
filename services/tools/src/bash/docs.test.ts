import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { COMMAND_NAMES } from './rules/index.ts';
import type { Rule } from './verdict.ts';

const RULES: Record<Rule, true> = {
  syntax: true,
  unsupported: true,
  'dynamic-command': true,
  command: true,
  interpreter: true,
  option: true,
  argument: true,
  'dynamic-argument': true,
  program: true,
  redirect: true,
  path: true,
  variable: true,
  expansion: true,
  arithmetic: true,
  background: true,
  size: true,
};

describe('docs/bash.md (TL-2)', () => {
  const page = readFileSync(new URL('../../../../docs/bash.md', import.meta.url), 'utf8');

  it('lists exactly the commands that are allowed', () => {
    const table = page.slice(page.indexOf('| commands |'), page.indexOf('Pipes, lists'));
    const documented = [...table.matchAll(/^\| ((?:`[^`]+` ?)+)\|/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(new Set(documented)).toEqual(new Set(COMMAND_NAMES));
    expect(documented.length).toBe(COMMAND_NAMES.length);
  });

  it('explains every rule', () => {
    const table = page.slice(page.indexOf('| rule |'), page.indexOf('## Repositories'));
    expect([...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(RULES));
  });
});
