import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { BASH_ENVIRONMENT } from '../bash/environment.ts';
import { openForReading, placesOf } from '../files/context.ts';
import { gather } from '../process/run.ts';
import { defineTool, type ToolContext, type ToolOutcome } from '../tool.ts';

const parameters = z.strictObject({
  path: z.string().default('.').describe('The top folder of a git repository, or a bare repository.'),
});

/** Says what kind of repository a folder is, or why it is none: what every look at a history begins with. */
export const gitRepositoryTool = defineTool({
  name: 'git_repository',
  description:
    'Checks that a folder is the top of a git repository whose history can be read, and tells its state: bare, shallow, empty, branch or detached, commit. Fails with the reason where it is not.',
  parameters,
  effect: 'read',
  approval: 'none',
  timeoutMs: 30_000,
  async run({ path }, context): Promise<ToolOutcome> {
    const cwd = await folderOf(path, context);
    const git = async (...args: string[]) => gather(context, ['git', ...args], { cwd, env: BASH_ENVIRONMENT });
    const first = async (...args: string[]) => (await git(...args)).records[0] ?? '';
    const kind = await git('rev-parse', '--is-bare-repository', '--is-shallow-repository', '--is-inside-git-dir');
    if (kind.exitCode !== 0) throw await notReadable(cwd, kind.stderr, context);
    const [bare, shallow, inside] = kind.records.map((record) => record === 'true');
    if (inside && !bare) {
      throw failed(`${cwd} is the inside of a repository (a .git folder). Give the folder that it lies in.`);
    }
    if ((await first('rev-parse', '--show-prefix')) !== '') {
      throw failed(`${cwd} is a folder inside a git repository, not its top. Give the top folder.`);
    }
    const head = await first('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
    const branch = await first('symbolic-ref', '--quiet', '--short', 'HEAD');
    const branches = await git('for-each-ref', '--format=%(refname:short)', 'refs/heads');
    const partial = await first('config', '--get-regexp', String.raw`^remote\..*\.promisor$`);
    const value: JsonObject = {
      path: cwd,
      bare: bare === true,
      shallow: shallow === true,
      partial: partial !== '',
      empty: head === '',
      head,
      commit: head === '' ? '' : await first('rev-parse', '--short=12', head),
      branch,
      detached: branch === '' && head !== '',
      branches: branches.records.length,
    };
    return { ok: true, value };
  },
});

async function folderOf(path: string, context: ToolContext): Promise<string> {
  const { handle, location } = await openForReading(path, placesOf(context));
  try {
    if ((await handle.stat()).isDirectory()) return location.virtual;
    throw new HoldfastError('INVALID_ARGUMENT', `${location.virtual} is a file. Give the folder of a git repository.`);
  } finally {
    await handle.close();
  }
}

/** Why git does not take a folder for a repository, in words that say what to do. */
async function notReadable(path: string, stderr: string, context: ToolContext): Promise<HoldfastError> {
  const target = await gitFile(`${path}/.git`, context);
  if (target !== undefined) {
    return failed(
      `The .git of this folder is a file that points to ${target}, outside of what the run may see: it is a linked worktree or a submodule. Give the main repository, or a clone of this one (git clone FOLDER NEW).`,
    );
  }
  if (stderr.includes('dubious ownership')) {
    return failed(
      'Git does not read this repository because it belongs to another user, and commands run without isolation here. Run where a sandbox works, or give a copy that belongs to you.',
    );
  }
  if (/not a git repository/i.test(stderr)) {
    return failed(
      'This folder is not a git repository: it has no .git. If it lies inside of one, give the top folder of the repository.',
    );
  }
  return failed(`Git cannot read this repository: ${stderr.slice(0, 500) || 'it gives no reason'}`);
}

/** What a `.git` file points to; undefined where `.git` is no file. */
async function gitFile(path: string, context: ToolContext): Promise<string | undefined> {
  const opened = await openForReading(path, placesOf(context)).catch((error: unknown) => {
    if (HoldfastError.has(error, 'NOT_FOUND')) return undefined;
    throw error;
  });
  if (!opened) return undefined;
  try {
    if (!(await opened.handle.stat()).isFile()) return undefined;
    const { buffer, bytesRead } = await opened.handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return /^gitdir: *(.+?)\s*$/m.exec(buffer.toString('utf8', 0, bytesRead))?.[1] ?? 'nowhere that git understands';
  } finally {
    await opened.handle.close();
  }
}

function failed(message: string): HoldfastError {
  return new HoldfastError('FAILED_PRECONDITION', message);
}
