import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a git repository with two authors, a merge, a change of order and a file with an odd name. */
export function makeRepository(path: string): void {
  mkdirSync(path, { recursive: true });
  const git = (who: string, ...args: string[]) =>
    execFileSync('git', args, {
      cwd: path,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: path,
        GIT_AUTHOR_NAME: who,
        GIT_AUTHOR_EMAIL: `${who}@example.org`,
        GIT_COMMITTER_NAME: who,
        GIT_COMMITTER_EMAIL: `${who}@example.org`,
      },
      stdio: 'pipe',
    });
  const commit = (who: string, file: string, text: string) => {
    writeFileSync(join(path, file), text);
    git(who, 'add', '-A');
    git(who, 'commit', '-q', '-m', `Change ${file}`);
  };
  git('ada', 'init', '-q', '-b', 'main');
  commit('ada', 'main.py', '# TODO: more\nprint(1)\n');
  commit('bob', 'ein name mit ü.txt', 'text\n');
  commit('ada', 'main.py', 'print(2)\n# TODO: more\n');
  git('bob', 'checkout', '-q', '-b', 'side');
  commit('bob', 'side.js', '// SPDX-License-Identifier: MIT\nconsole.log(1);\n');
  git('ada', 'checkout', '-q', 'main');
  git('ada', 'merge', '-q', '--no-ff', '-m', 'Merge side', 'side');
}
