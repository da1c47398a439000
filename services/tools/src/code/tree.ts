import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { BASH_ENVIRONMENT } from '../bash/environment.ts';
import { openForReading, placesOf } from '../files/context.ts';
import { run } from '../process/run.ts';
import type { ToolContext } from '../tool.ts';

/** The files of a folder: those of a commit of a git repository, else those that lie there. */
export interface CodeTree {
  readonly kind: 'git' | 'folder';
  /** The commit, as it was named; of a folder empty. */
  readonly commit: string;
  /** Size in bytes of every file, by path. */
  sizes(): Promise<Map<string, number>>;
  /** Paths of text files that have a line that matches, with that many lines. `''` matches every line. */
  countLines(pattern: string, options?: { ignoreCase?: boolean }): Promise<Map<string, number>>;
  /** Every matching line of the text files. */
  eachLine(
    pattern: string,
    options: { ignoreCase?: boolean },
    onLine: (path: string, line: number, text: string) => void,
  ): Promise<void>;
  /** The beginning of one file. */
  read(path: string, maxBytes: number): Promise<string>;
  /** What the programs complained about so far: files that cannot be read are in no figure. */
  problems(): string;
}

/** Where the programs of one tree run, and what they complain about. */
interface Where {
  readonly context: ToolContext;
  readonly cwd: string;
  readonly complaints: Set<string>;
}

const MAX_COMPLAINTS = 20;

/** The argument that names a commit. */
export const commitParameter = z
  .string()
  .regex(/^(HEAD|[0-9a-f]{7,64})$/, 'HEAD, or the hash of a commit')
  .default('HEAD')
  .describe('In a git repository: the hash of the commit to look at. Left out: the one that is checked out.');

const MAX_FILES = 1_000_000;
const FIND = ['find', '.', '-name', '.git', '-prune', '-o', '-type', 'f', '-printf', '%s\\t%P\\0'];

/**
 * Looks at a folder of the run; in a git repository at a commit of it.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a file, and what opening and the sandbox throw.
 */
export async function openTree(path: string, commit: string, context: ToolContext): Promise<CodeTree> {
  const { handle, location } = await openForReading(path, placesOf(context));
  try {
    if (!(await handle.stat()).isDirectory()) {
      throw new HoldfastError('INVALID_ARGUMENT', `${location.virtual} is a file, not a folder.`);
    }
  } finally {
    await handle.close();
  }
  const cwd = location.virtual;
  const isCommit = await succeeds(context, cwd, ['git', 'rev-parse', '--verify', '--quiet', `${commit}^{commit}`]);
  const where: Where = { context, cwd, complaints: new Set() };
  return isCommit ? gitTree(where, commit) : folderTree(where);
}

function gitTree(where: Where, commit: string): CodeTree {
  const grep = (options: readonly string[], pattern: string): string[] => {
    return ['git', 'grep', '-I', '-z', ...options, '-e', pattern, commit];
  };
  const strip = (path: string): string => path.slice(commit.length + 1);
  return {
    kind: 'git',
    commit,
    async sizes() {
      const sizes = new Map<string, number>();
      await records(where, ['git', 'ls-tree', '-r', '-l', '-z', commit], '\0', (record) => {
        const match = /^1[02]\d+ blob \S+ +(\d+)\t(.+)$/s.exec(record);
        if (match) put(sizes, match[2] ?? '', Number(match[1]));
      });
      return sizes;
    },
    async countLines(pattern, { ignoreCase = false } = {}) {
      const counts = new Map<string, number>();
      const argv = grep(['-c', ...(ignoreCase ? ['-i'] : [])], pattern);
      await fields(where, argv, 2, ([path = '', count = '']) => put(counts, strip(path), Number(count)));
      return counts;
    },
    eachLine: (pattern, { ignoreCase = false }, onLine) =>
      fields(where, grep(['-n', ...(ignoreCase ? ['-i'] : [])], pattern), 3, ([path = '', line = '', text = '']) =>
        onLine(strip(path), Number(line), text),
      ),
    read: (path, maxBytes) => readWhole(where, ['git', 'cat-file', 'blob', `${commit}:${path}`], maxBytes),
    problems: () => [...where.complaints].join('\n'),
  };
}

function folderTree(where: Where): CodeTree {
  const grep = (options: readonly string[], pattern: string): string[] => {
    return ['grep', '-rIHZ', '--exclude-dir=.git', ...options, '-e', pattern, '.'];
  };
  const strip = (path: string): string => path.replace(/^\.\//, '');
  return {
    kind: 'folder',
    commit: '',
    async sizes() {
      const sizes = new Map<string, number>();
      await records(where, FIND, '\0', (record) => {
        const [size = '', ...path] = record.split('\t');
        put(sizes, path.join('\t'), Number(size));
      });
      return sizes;
    },
    async countLines(pattern, { ignoreCase = false } = {}) {
      const counts = new Map<string, number>();
      const argv = grep(['-c', ...(ignoreCase ? ['-i'] : [])], pattern);
      await fields(where, argv, 2, ([path = '', count = '']) => {
        if (count !== '0') put(counts, strip(path), Number(count));
      });
      return counts;
    },
    eachLine: (pattern, { ignoreCase = false }, onLine) =>
      fields(where, grep(['-n', ...(ignoreCase ? ['-i'] : [])], pattern), 2, ([path = '', rest = '']) => {
        const at = rest.indexOf(':');
        onLine(strip(path), Number(rest.slice(0, at)), rest.slice(at + 1));
      }),
    read: (path, maxBytes) => readWhole(where, ['head', '-c', String(maxBytes), '--', `./${path}`], maxBytes),
    problems: () => [...where.complaints].join('\n'),
  };
}

function put(map: Map<string, number>, path: string, value: number): void {
  if (map.size >= MAX_FILES) {
    throw new HoldfastError('TOO_LARGE', `There are more than ${MAX_FILES} files. Name a folder with fewer.`);
  }
  map.set(path, value);
}

async function succeeds(context: ToolContext, cwd: string, argv: readonly string[]): Promise<boolean> {
  const { exitCode } = await run(context, argv, { cwd, env: BASH_ENVIRONMENT }, () => true);
  return exitCode === 0;
}

/** Exit code 1 of a search says that nothing was found. */
async function records(
  where: Where,
  argv: readonly string[],
  separator: '\n' | '\0',
  onRecord: (record: string) => void,
): Promise<void> {
  const { context, cwd, complaints } = where;
  const ended = await run(context, argv, { cwd, env: BASH_ENVIRONMENT, separator }, onRecord);
  for (const line of ended.stderr.split('\n'))
    if (line !== '' && complaints.size < MAX_COMPLAINTS) complaints.add(line);
  if (ended.exitCode > 1) {
    const what = argv.slice(0, 2).join(' ');
    throw new HoldfastError('TOOL_FAILED', `${what} failed: ${ended.stderr || `exit code ${ended.exitCode}`}`);
  }
}

/**
 * Rows of `count` fields: all but the last end with NUL, the last with a line break. The first may hold line breaks,
 * the last none.
 */
async function fields(
  where: Where,
  argv: readonly string[],
  count: 2 | 3,
  onRow: (row: readonly string[]) => void,
): Promise<void> {
  let row: string[] = [];
  await records(where, argv, '\0', (record) => {
    if (row.length < count - 1) {
      row.push(record);
      return;
    }
    const end = record.indexOf('\n');
    onRow([...row, end < 0 ? record : record.slice(0, end)]);
    row = end < 0 || end === record.length - 1 ? [] : [record.slice(end + 1)];
  });
}

async function readWhole(where: Where, argv: readonly string[], maxBytes: number): Promise<string> {
  const { context, cwd } = where;
  let text = '';
  await run(context, argv, { cwd, env: BASH_ENVIRONMENT }, (record) => {
    text += `${record}\n`;
    return text.length < maxBytes;
  });
  return text.slice(0, maxBytes);
}
