import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openFolder, openPlaybooks, type Finished } from './harness.ts';

let playbooks: Awaited<ReturnType<typeof openPlaybooks>>;
let folder: Awaited<ReturnType<typeof openFolder>>;
beforeAll(async () => {
  playbooks = await openPlaybooks();
  folder = await openFolder();
});
beforeEach((ctx) => {
  if (playbooks.impossible !== '') ctx.skip(playbooks.impossible);
});
afterAll(async () => {
  await playbooks.close();
  await folder.remove();
});

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: '3',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
  GIT_CONFIG_KEY_1: 'init.defaultBranch',
  GIT_CONFIG_VALUE_1: 'main',
  GIT_CONFIG_KEY_2: 'protocol.file.allow',
  GIT_CONFIG_VALUE_2: 'always',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

function git(cwd: string, args: readonly string[], env: Record<string, string> = {}): string {
  return execFileSync('git', args, {
    cwd,
    env: { ...ENVIRONMENT, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function repository(name: string, files: Record<string, string | Buffer> = {}): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  git(path, ['init', '-q']);
  if (Object.keys(files).length > 0) commit(path, files, '2024-03-01T12:00:00+02:00');
  return path;
}

function commit(
  path: string,
  files: Record<string, string | Buffer>,
  date: string,
  env: Record<string, string> = {},
): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(path, file, '..'), { recursive: true });
    writeFileSync(join(path, file), content);
  }
  git(path, ['add', '-A']);
  git(path, ['commit', '-q', '-m', `Change | of ${date}`], { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, ...env });
}

const report = (path: string, language = 'en'): Promise<Finished> =>
  playbooks.run('repository-report', { repository: path, language });

function stdoutOf(finished: Finished, step: string): string {
  const stdout = finished.steps.get(step)?.value['stdout'];
  return typeof stdout === 'string' ? stdout.trimEnd() : '';
}

/** Runs each command that the report cites, as a reader would, and holds its figures against what comes out. */
function checkCitations(finished: Finished, path: string): number {
  const block = /```sh\n([\s\S]*?)\n```/.exec(finished.answer)?.[1] ?? '';
  const commands = new Map<string, string>();
  let label = '';
  for (const line of block.split('\n')) {
    const heading = /^# \[(\w+)\]/.exec(line);
    if (heading) label = heading[1] ?? '';
    else commands.set(label, line);
  }
  const run = (id: string): string[] =>
    execFileSync('bash', ['-c', commands.get(id) ?? 'exit 9'], { cwd: path, env: ENVIRONMENT, encoding: 'utf8' })
      .trimEnd()
      .split('\n');
  let checked = 0;
  for (const row of finished.answer.split('\n').filter((line) => /^\|.*\\\[[\dLH]+\\\] \|$/.test(line))) {
    const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll(',', '').replaceAll('*', ''));
    const id = /\\\[(\w+)\\\]/.exec(cells.at(-2) ?? '')?.[1] ?? '';
    const output = run(id);
    if (/−/.test(row)) continue;
    if (id.startsWith('L')) expect([row, output[0]]).toEqual([row, `${cells[2]} files, ${cells[3]} lines`]);
    const shown = cells[2] ?? '';
    const figure = id === '4' ? (/First|最早/.test(row) ? output[0] : output.at(-1)) : (output[0] ?? '').trim();
    if (!id.startsWith('L')) expect([row, /\((\d+)\)/.exec(shown)?.[1] ?? shown]).toEqual([row, figure]);
    checked += 1;
  }
  for (const id of ['9', '10', '11', '12', '14', '15']) {
    const step = { 9: 'years', 10: 'contributors', 11: 'hot', 12: 'large', 14: 'marks', 15: 'marked' }[id] ?? '';
    expect([id, stdoutOf(finished, step)]).toEqual([id, run(id).join('\n')]);
    checked += 1;
  }
  return checked;
}

function expectReport(finished: Finished): void {
  expect(finished.failure).toBe('');
  expect(finished.answer.trim()).toBe(finished.report?.trim());
  expect(finished.artifacts).toEqual(['/workspace/report.md']);
  expect(finished.answer).not.toContain('/input/');
  expect(finished.answer).not.toMatch(/Not available|未能得出|complained/);
}

describe('repository-report', () => {
  it('is right on a repository with everything in it', async () => {
    const path = repository('rich', {
      'src/main.ts': '// SPDX-License-Identifier: MIT\nconst a = 1; // TODO: more | less\n',
      'src/old.ts': '/* Copyright someone */\nexport {};\n',
      'src/plain.ts': 'export const FIXME = "no final line break"',
      'src/empty.ts': '',
      'bin/tool': '#!/usr/bin/env python3\nprint(1)\n',
      'a b/ü "quoted".md': '# x\n',
      'new\nline.txt': 'one\ntwo\n',
      'tab\there.py': 'x = 1\n',
      '汉字.go': 'package x\n',
      'image.bin': Buffer.from([0, 1, 2, 3, 0, 255]),
      LICENSE: 'Permission is hereby granted, free of charge, to any person obtaining a copy of this software\n',
      '.mailmap': 'Ada <ada@example.com> <old@example.com>\n',
      ...Object.fromEntries(Array.from({ length: 2500 }, (_, i) => [`many/${i % 50}/file ${i}.json`, `{"i": ${i}}\n`])),
    });
    const old = { GIT_AUTHOR_EMAIL: 'old@example.com', GIT_AUTHOR_NAME: 'A. Lovelace' };
    commit(path, { 'src/main.ts': 'const a = 2; // TODO HACK\n' }, '2025-06-01T12:00:00Z', old);
    git(path, ['checkout', '-q', '-b', 'side']);
    commit(path, { 'src/side.ts': 'XXX\n' }, '2025-07-01T12:00:00Z', {
      GIT_AUTHOR_NAME: 'Bob',
      GIT_AUTHOR_EMAIL: 'b@example.com',
    });
    git(path, ['checkout', '-q', 'main']);
    commit(path, { 'src/main.ts': 'const a = 3; // TODO\n' }, '2026-01-01T12:00:00Z');
    git(path, ['merge', '-q', '--no-ff', '-m', 'Merge', 'side']);
    git(path, ['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/sub module`]);
    git(path, ['commit', '-q', '-m', 'Add a submodule']);
    git(path, ['tag', 'v1']);
    const finished = await report(path);
    expectReport(finished);
    expect(checkCitations(finished, path)).toBeGreaterThan(18);
    const { answer } = finished;
    expect(answer).toContain('| Commits | 6 |');
    expect(answer).toContain('| of these merges | 1 |');
    expect(answer).toContain('| Contributors | 2 |');
    expect(answer).toContain("| First commit (author's date) | 2024-03-01 |");
    expect(answer).toContain('| 5 | Ada | ada@example.com |');
    expect(answer).toContain('| Files | 2,513 |');
    expect(answer).toContain('| 3 | `src/main.ts` |');
    expect(answer).toContain('`a b/ü "quoted".md`');
    expect(answer).toContain('| `vendor/sub module` | `111111111111` |');
    expect(answer).toContain('| Python | 2 | 3 |');
    expect(answer).toContain('| `LICENSE` | MIT |');
    expect(answer).toContain('| With neither | ');
    expect(answer).toContain('| TODO | 1 |');
  });

  it('is right on one commit, in Chinese too', async () => {
    const path = repository('one', { 'a.c': 'int x;\n' });
    const finished = await report(path, 'zh');
    expectReport(finished);
    expect(checkCitations(finished, path)).toBeGreaterThan(14);
    expect(finished.answer).toContain('| 提交 | 1 |');
    expect(finished.answer).toContain('| 最近的提交（作者日期） | 2024-03-01 |');
  });

  it('says that a repository is empty', async () => {
    const finished = await report(repository('empty'));
    expect(finished.failure).toBe('');
    expect(finished.answer).toContain('There is no commit to report on');
    expect(finished.answer).toContain('`main`');
  });

  it('marks a shallow clone, a detached HEAD and a bare repository', async () => {
    const origin = repository('origin', { 'a.py': 'print(1)\n' });
    commit(origin, { 'a.py': 'print(2)\n' }, '2025-01-01T00:00:00Z');
    commit(origin, { 'b.py': 'print(3)\n' }, '2025-02-01T00:00:00Z');
    git(folder.path, ['clone', '-q', '--depth', '2', `file://${origin}`, 'shallow']);
    git(folder.path, ['clone', '-q', '--bare', origin, 'bare.git']);
    const shallow = await report(join(folder.path, 'shallow'));
    expectReport(shallow);
    expect(shallow.answer).toContain('Shallow clone');
    expect(shallow.answer).toContain('| Commits | 2 |');
    checkCitations(shallow, join(folder.path, 'shallow'));
    const bare = await report(join(folder.path, 'bare.git'));
    expectReport(bare);
    expect(bare.answer).toContain('bare repository');
    expect(bare.answer).toContain('| Commits | 3 |');
    expect(bare.answer).toContain('| Python | 2 | 2 |');
    checkCitations(bare, join(folder.path, 'bare.git'));
    git(origin, ['checkout', '-q', '--detach', 'HEAD~1']);
    const detached = await report(origin);
    expectReport(detached);
    expect(detached.answer).toContain('detached HEAD');
    expect(detached.answer).toContain('| Commits | 2 |');
    checkCitations(detached, origin);
  });

  it('reads a repository that belongs to another user', async (ctx) => {
    if (process.getuid?.() !== 0) ctx.skip('only root can give a repository to another user');
    const path = repository('foreign', { 'a.rs': 'fn main() {}\n' });
    for (const entry of ['', ...readdirSync(path, { recursive: true, encoding: 'utf8' })])
      chownSync(join(path, entry), 4321, 4321);
    const finished = await report(path);
    expectReport(finished);
    checkCitations(finished, path);
  });

  it('says what is wrong where there is no repository to read', async () => {
    const main = repository('with-worktree', { 'sub/a.txt': 'x\n' });
    git(main, ['worktree', 'add', '-q', '../linked', '-b', 'other']);
    mkdirSync(join(folder.path, 'plain'));
    writeFileSync(join(folder.path, 'file.txt'), 'x');
    const cases: readonly (readonly [string, RegExp])[] = [
      ['linked', /linked worktree or a submodule.*main repository/],
      ['plain', /not a git repository.*top folder/],
      ['with-worktree/sub', /not a git repository.*top folder/],
      ['with-worktree/.git', /inside of a repository/],
      ['file.txt', /is a file/],
    ];
    for (const [name, why] of cases) {
      const finished = await report(join(folder.path, name));
      expect([name, finished.failure]).toEqual([name, expect.stringMatching(why)]);
      expect(finished.report).toBeUndefined();
    }
  });

  it('says which figures may be incomplete where objects are damaged', async () => {
    const path = repository('damaged', { 'a.py': 'print(1)\n', 'b.py': 'print(2)\n' });
    const blob = git(path, ['rev-parse', 'HEAD:a.py']).trim();
    rmSync(join(path, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const { failure, answer, steps } = await report(path);
    expect(failure).toBe('');
    expect(answer).toContain('What git complained about');
    expect(steps.get('languages')?.value['problems']).toContain(blob);
  });

  it('runs nothing that a hostile repository asks for', async () => {
    const path = repository('hostile', { 'a.txt': 'x\n', '.gitattributes': '*.txt diff=evil filter=evil\n' });
    const canary = join(folder.path, 'canary');
    for (const [key, value] of [
      ['core.fsmonitor', `touch ${canary}`],
      ['core.pager', `touch ${canary}`],
      ['diff.external', `touch ${canary}`],
      ['diff.evil.textconv', `touch ${canary}`],
      ['filter.evil.clean', `touch ${canary}`],
      ['alias.log', `!touch ${canary}`],
    ] as const) {
      git(path, ['config', key, value]);
    }
    expectReport(await report(path));
    expect(readdirSync(folder.path)).not.toContain('canary');
  });
});
