import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
};

/** Runs git for the set-up of a test, with nothing of the machine's own configuration. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...IDENTITY,
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    },
  });
}

/** Fills an empty folder with a small repository: two commits, a tag, a CSV, archives. */
export function makeRepository(folder: string): void {
  mkdirSync(join(folder, 'src/lib'), { recursive: true });
  mkdirSync(join(folder, 'docs'));
  writeFileSync(join(folder, 'README.md'), '# Sample\n\nfoo: a sample, with foo.\nline four\n');
  writeFileSync(join(folder, 'src/main.ts'), "import { a } from './lib/util.ts';\n\nexport const b = a; // TODO\n");
  writeFileSync(join(folder, 'src/other.ts'), 'export function f() {}\n');
  writeFileSync(join(folder, 'src/lib/util.ts'), 'export const a = 1;\n');
  writeFileSync(join(folder, 'data.csv'), 'name,value\nada,10\nbob,20\ncyd,30\n');
  writeFileSync(join(folder, 'notes.gz'), gzipSync('one\ntwo\n'));
  execFileSync('tar', ['-czf', 'archive.tgz', 'README.md'], { cwd: folder });
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'config', 'user.name', 'Ada');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'First');
  git(folder, 'tag', 'v1');
  writeFileSync(join(folder, 'README.md'), '# Sample\n\nfoo: a sample, with foo.\nline four\nand five: import\n');
  git(folder, 'commit', '-qam', 'Second: import a line');
}

/** Where only these are seen, nothing of the machine can be harmed by what a test tries. */
const CAGE: readonly string[] = [
  '--unshare-all --die-with-parent --clearenv --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib',
  '--symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp --ro-bind-try /etc/alternatives /etc/alternatives',
].flatMap((line) => line.split(' '));

function probe(): string | undefined {
  const found = spawnSync('bwrap', [...CAGE, '--', 'true'], { encoding: 'utf8' });
  return found.status === 0 ? undefined : `bubblewrap does not work here: ${found.error?.message ?? found.stderr}`;
}

/** Why no cage can be made on this machine; undefined where it can. */
export const WHY_NO_CAGE = probe();

/** What a command left behind. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with `folder` as /workspace, and `more` arguments of bubblewrap; `timeout` in milliseconds. */
export function inCage(
  folder: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  more: readonly string[] = [],
  timeout = 20_000,
): Ran {
  const settings = Object.entries({ PATH: '/usr/bin:/bin', ...env }).flatMap(([name, value]) => [
    '--setenv',
    name,
    value,
  ]);
  const { status, stdout, stderr } = spawnSync(
    'bwrap',
    [...CAGE, '--bind', folder, '/workspace', ...more, '--chdir', '/workspace', ...settings, '--', ...argv],
    { encoding: 'utf8', input: '', timeout },
  );
  return { status, stdout, stderr };
}
