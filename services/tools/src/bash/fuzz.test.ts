import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { ATTACKS } from './corpus/attacks.ts';
import { EVERYDAY } from './corpus/everyday.ts';
import { BASH_ARGV, BASH_ENVIRONMENT } from './environment.ts';
import { checkCommand } from './policy.ts';
import { inCage, makeRepository, WHY_NO_CAGE } from './testing.ts';

/** Tried per class; what the policy allows of them is run. */
const MUTANTS = 400;

const FRAGMENTS = [
  '"',
  "'",
  '`',
  '\\',
  '$',
  '$(',
  ')',
  '(',
  '{',
  '}',
  '[',
  ']',
  ';',
  '|',
  '&',
  '&&',
  '<',
  '>',
  '#',
  '=',
  '*',
  '~',
  '\n',
  '\\\n',
  ' ',
  '--',
  '-',
  "$'",
  '$((',
  '))',
  '<<EOF\n',
  '\nEOF\n',
  '<<<',
  '<(',
  '${',
  '@',
  '!',
  ',',
  '\t',
  'canary',
  ' canary ',
  '$(canary)',
  '`canary`',
  '; canary;',
  "'$(canary)'",
  'x=',
  '$x',
  '"$x"',
  '${x:-',
  '\r',
  '\\x',
];

/** A small generator of numbers (mulberry32), so that every run tries the same. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutants(attempts: readonly string[], seed: number): string[] {
  const next = generator(seed);
  const pick = (from: readonly string[]): string => from[Math.floor(next() * from.length)] ?? '';
  const at = (text: string): number => Math.floor(next() * (text.length + 1));
  return Array.from({ length: MUTANTS }, () => {
    let text = pick(attempts).slice(0, 400);
    for (let times = 1 + Math.floor(next() * 3); times > 0; times--) {
      const where = at(text);
      const kind = next();
      if (kind < 0.4) text = text.slice(0, where) + pick(FRAGMENTS) + text.slice(where);
      else if (kind < 0.55) text = text.slice(0, where) + text.slice(where + 1 + Math.floor(next() * 4));
      else if (kind < 0.7) text = `${pick(EVERYDAY)}${pick([';', '|', '\n', ' && ', ' '])}${text}`;
      else if (kind < 0.85) text = text.slice(0, where) + pick(EVERYDAY).slice(at(pick(EVERYDAY)));
      else text = text.replace(/\S+/, pick(EVERYDAY).split(' ')[0] ?? 'ls');
    }
    return text;
  });
}

const RUNNER = `for file in /opt/scripts/*; do
  timeout -s KILL 3 ${BASH_ARGV.join(' ')} "$(cat "$file")" </dev/null >/dev/null 2>&1
done
true`;

/** Allowed, since what they do is everyday; harmless only as printed. */
const DEFUSED = [
  "x='a[$(canary)]'; echo $((x + 1))",
  "x='a[$(canary)]'; [[ $x -gt 3 ]]",
  "x='a[$(canary)]'; b=(1 2); echo ${b[$x]}",
  "x='a[$(canary)]'; s=abc; echo ${s:$x:1}",
  "f() { echo $(($1)); }; f 'a[$(canary)]'",
  "x='-v a[$(canary)]'; [ $x ]",
  'x=--output=/etc/x; git log $x',
  'x=--output=/etc/x; sort README.md $x',
  'x="README.md /etc/x"; uniq $x',
];

/** Runs the scripts one after another where writing outside of the workspace leaves a trace; gives the traces. */
function traces(folder: string, scripts: readonly string[]): string[] {
  const places = ['workspace', 'bin', 'scripts', 'canary', 'etc', 'tmp'].map((name) => join(folder, name));
  const [workspace = '', bin = '', scriptFolder = '', ...watched] = places;
  for (const place of places) mkdirSync(place, { recursive: true });
  makeRepository(workspace);
  writeFileSync(join(bin, 'canary'), '#!/bin/sh\necho ran > /canary/canary\n');
  for (const name of ['evil', 'evil.sh', 'script', 'x', 'x.py', 'ls', 'f']) {
    writeFileSync(join(workspace, name), '#!/bin/sh\ncanary\n');
    chmodSync(join(workspace, name), 0o755);
  }
  chmodSync(join(bin, 'canary'), 0o755);
  for (const [index, script] of scripts.entries()) writeFileSync(join(scriptFolder, String(index)), script);
  const [canary = '', etc = '', tmp = ''] = watched;
  const more = ['--bind', bin, '/opt/bin', '--ro-bind', scriptFolder, '/opt/scripts'];
  more.push('--bind', canary, '/canary', '--bind', etc, '/etc', '--bind', tmp, '/tmp');
  const env = { ...BASH_ENVIRONMENT, PATH: '/opt/bin:/usr/bin:/bin' };
  const ran = inCage(workspace, ['bash', '-c', RUNNER], env, more, 120_000);
  const found = watched.flatMap((place) => readdirSync(place).map((name) => `${place.slice(folder.length)}/${name}`));
  return ran.status === 0 ? found : [...found, `the cage ended with ${ran.status}: ${ran.stderr}`];
}

describe('TL-2: what the policy allows of mutated attacks, really run', () => {
  const folders: string[] = [];
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'holdfast-fuzz-'));
    folders.push(made);
    return made;
  };
  afterEach(() => {
    for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
  });

  it('would be noticed: the canary is seen when it runs', (ctx) => {
    if (WHY_NO_CAGE) ctx.skip(WHY_NO_CAGE);
    expect(traces(folder(), ['echo $(canary)', 'echo x > /etc/x'])).toEqual(['/canary/canary', '/etc/x']);
  });

  it('defuses what is allowed for its everyday use: each line as written leaves a trace, as printed none', (ctx) => {
    if (WHY_NO_CAGE) ctx.skip(WHY_NO_CAGE);
    for (const line of DEFUSED) {
      const verdict = checkCommand(line);
      expect(verdict, line).toMatchObject({ allowed: true });
      expect(traces(folder(), [line]), line).not.toEqual([]);
      if (verdict.allowed) expect(traces(folder(), [verdict.script]), line).toEqual([]);
    }
  });

  for (const [index, [name, attempts]] of Object.entries(ATTACKS).entries()) {
    it(`leaves no trace outside of the workspace: ${name}`, (ctx) => {
      if (WHY_NO_CAGE) ctx.skip(WHY_NO_CAGE);
      const allowed = mutants(attempts, 20_261_124 + index).flatMap((line) => {
        const verdict = checkCommand(line);
        return verdict.allowed ? [{ line, script: verdict.script }] : [];
      });
      expect(allowed.length).toBeGreaterThan(0);
      const found = traces(
        folder(),
        allowed.map(({ script }) => script),
      );
      // One by one only where something was found, to say which line it was.
      const guilty = found.length === 0 ? [] : allowed.filter(({ script }) => traces(folder(), [script]).length > 0);
      expect({ found, guilty }).toEqual({ found: [], guilty: [] });
    }, 240_000);
  }
});
