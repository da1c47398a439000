import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BASH_ARGV, BASH_ENVIRONMENT } from './environment.ts';
import { checkCommand } from './policy.ts';
import { git, inCage, WHY_NO_CAGE } from './testing.ts';

/** Every way that is known in which the configuration of a repository names a program. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['core.fsmonitor', 'fsmonitor'],
  ['core.pager', 'pager'],
  ['pager.log', 'pager-log'],
  ['pager.status', 'pager-status'],
  ['core.editor', 'editor'],
  ['core.sshCommand', 'ssh'],
  ['core.gitProxy', 'proxy'],
  ['core.askPass', 'askpass'],
  ['core.alternateRefsCommand', 'alternate-refs'],
  ['credential.helper', 'credential'],
  ['diff.external', 'external'],
  ['diff.evil.textconv', 'textconv'],
  ['diff.evil.command', 'command'],
  ['filter.evil.clean', 'clean'],
  ['filter.evil.smudge', 'smudge'],
  ['filter.e=v.clean', 'clean-equals'],
  ['filter.p.process', 'process'],
  ['merge.evil.driver', 'merge'],
  ['tar.tar.command', 'tar'],
  ['trailer.sign.command', 'trailer'],
  ['interactive.diffFilter', 'diff-filter'],
  ['sequence.editor', 'sequence'],
  ['uploadpack.packObjectsHook', 'pack-objects'],
  ['remote.origin.uploadpack', 'uploadpack'],
];

const LINES = [
  'git status',
  'git status --short',
  'git diff',
  'git diff -- d.h',
  'git diff --stat HEAD',
  'git diff HEAD~1',
  'git log -p',
  'git log --stat --all',
  "git log --format='%h %G? %GK %(trailers)'",
  'git show',
  'git show --raw HEAD~1',
  'git blame a.txt',
  'git shortlog -sn',
  'git grep -n line',
  'git ls-files -m',
  'git ls-files -s',
  'git rev-list --objects --all',
  "git rev-list --objects --all | git cat-file --batch-check='%(objectname) %(objectsize)'",
  'git cat-file -p HEAD:a.txt',
  'git cat-file -p 1234567890123456789012345678901234567890',
  'git diff-index HEAD',
  'git diff-files -p',
  'git diff-tree -p HEAD',
  'git branch -a -vv',
  'git describe --always',
  'git stash list',
  'git stash show -p',
  'git remote -v',
  'git for-each-ref',
  'git check-ignore -v a.txt',
  'git config --list',
  'git count-objects -v',
  'cd sub && git status && git diff',
  'git -C sub diff',
  'for c in $(git rev-list --all); do git show "$c"; done',
];

describe('TL-2: git in a repository that names programs in its configuration', () => {
  let folder = '';
  let workspace = '';
  let canaries = '';
  const touch = (name: string): string => `touch /canary/${name}; cat`;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-git-'));
    [workspace, canaries] = [join(folder, 'workspace'), join(folder, 'canary')];
    mkdirSync(join(workspace, 'sub'), { recursive: true });
    mkdirSync(canaries);
    for (const place of [join(workspace, 'sub'), workspace]) {
      git(place, 'init', '-q', '-b', 'main');
      writeFileSync(join(place, 'a.txt'), 'line one\n');
      writeFileSync(join(place, 'b.md'), 'line one\n');
      writeFileSync(join(place, 'c.c'), 'line one\n');
      writeFileSync(join(place, 'd.h'), 'line one\n');
      git(place, 'add', 'a.txt', 'b.md', 'c.c', 'd.h');
      git(place, 'commit', '-qm', 'First');
    }
    git(
      workspace,
      'update-index',
      '--add',
      '--cacheinfo',
      `160000,${git(join(workspace, 'sub'), 'rev-parse', 'HEAD').trim()},sub`,
    );
    git(workspace, 'commit', '-qm', 'Second');
    writeFileSync(join(workspace, 'a.txt'), 'line two\n');
    git(workspace, 'commit', '-qam', 'Third');
    writeFileSync(join(workspace, 'a.txt'), 'stashed\n');
    git(workspace, 'stash', '-q');
    sign();
    for (const place of [join(workspace, 'sub'), workspace]) {
      writeFileSync(join(place, 'a.txt'), 'line 2.\n');
      writeFileSync(join(place, 'b.md'), 'line 2.\n');
      writeFileSync(join(place, 'c.c'), 'line 2.\n');
      writeFileSync(join(place, 'd.h'), 'line 2.\n');
      writeFileSync(
        join(place, '.gitattributes'),
        '*.txt diff=evil filter=evil merge=evil\n*.md filter=e=v diff=evil\n*.c filter=p\n',
      );
      for (const [key, name] of HOSTILE) git(place, 'config', key, touch(name));
      writeFileSync(join(place, '.git/gpg'), '#!/bin/sh\ntouch /canary/gpg\n', { mode: 0o755 });
      for (const key of ['gpg.program', 'gpg.ssh.program']) git(place, 'config', key, '/workspace/.git/gpg');
      git(place, 'config', 'log.showSignature', 'true');
      git(place, 'config', 'log.diffMerges', 'remerge');
      git(place, 'config', 'filter.evil.required', 'true');
      git(place, 'config', 'alias.x', `!${touch('alias')}`);
      git(place, 'config', 'remote.origin.url', 'ext::sh -c "touch% /canary/ext"');
      git(place, 'config', 'remote.origin.promisor', 'true');
      git(place, 'config', 'protocol.ext.allow', 'always');
      git(place, 'config', 'diff.submodule', 'diff');
      git(place, 'config', 'status.submoduleSummary', 'true');
      for (const hook of ['post-index-change', 'fsmonitor-watchman', 'pre-auto-gc']) {
        writeFileSync(join(place, '.git/hooks', hook), `#!/bin/sh\ntouch /canary/hook\n`, { mode: 0o755 });
      }
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Puts a signature on the last commit, which git then asks gpg.program about. */
  function sign(): void {
    const commit = git(workspace, 'cat-file', 'commit', 'HEAD');
    const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----\n';
    writeFileSync(join(folder, 'commit'), commit.replace('\n\n', `\n${signature}\n`));
    const id = git(workspace, 'hash-object', '-t', 'commit', '-w', join(folder, 'commit')).trim();
    git(workspace, 'update-ref', 'refs/heads/main', id);
  }

  function run(script: string, env: Readonly<Record<string, string>>): ReturnType<typeof inCage> {
    return inCage(workspace, [...BASH_ARGV, script], env, ['--bind', canaries, '/canary']);
  }

  it('would be noticed: unguarded, git runs what the repository names', (ctx) => {
    if (WHY_NO_CAGE) ctx.skip(WHY_NO_CAGE);
    const env = {
      HOME: '/workspace',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    };
    for (const line of LINES) run(line, env);
    expect(readdirSync(canaries)).toEqual(
      expect.arrayContaining(['clean', 'clean-equals', 'external', 'fsmonitor', 'gpg', 'process', 'textconv']),
    );
  });

  it('runs none of it', (ctx) => {
    if (WHY_NO_CAGE) ctx.skip(WHY_NO_CAGE);
    const failed: unknown[] = [];
    for (const line of LINES) {
      const verdict = checkCommand(line);
      if (!verdict.allowed) throw new Error(`${line}: ${verdict.message}`);
      const { status, stderr } = run(verdict.script, BASH_ENVIRONMENT);
      const mayFail = line.includes('1234567890') || line.includes('check-ignore');
      const made = readdirSync(canaries);
      if (made.length > 0 || (status !== 0 && !mayFail)) failed.push({ line, made, status, stderr });
      for (const name of made) rmSync(join(canaries, name));
    }
    expect(failed).toEqual([]);
  });
});
