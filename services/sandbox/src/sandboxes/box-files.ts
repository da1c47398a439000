import { constants } from 'node:os';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { Agent, AgentProcess } from '../agent/agent.ts';
import type { SandboxUser } from './box.ts';
import { parseEntries, parseEvents } from './file-records.ts';
import type { FileContent, FileEntry, FileWatch, SandboxFiles } from './files.ts';

const { ENOENT, EACCES, EPERM, EROFS, EEXIST, ENOSPC, EDQUOT, ENAMETOOLONG } = constants.errno;

/**
 * Files of a box, by the applets of its agent: each is a process inside, of the user whose files they are, so the kernel
 * of the box decides what may be reached.
 */
export class BoxFiles implements SandboxFiles {
  readonly #agent: Pick<Agent, 'spawn'>;
  readonly #program: string;

  /** @param program where the agent's program lies inside. */
  constructor(agent: Pick<Agent, 'spawn'>, program: string) {
    this.#agent = agent;
    this.#program = program;
  }

  async stat(path: string, user: SandboxUser): Promise<FileEntry> {
    const [entry] = parseEntries(await this.#run(user, 'stat', path));
    if (!entry) throw failure(ENOENT, path);
    return entry;
  }

  async list(path: string, depth: number, user: SandboxUser): Promise<readonly FileEntry[]> {
    const entries = parseEntries(await this.#run(user, 'list', path, String(depth)));
    return entries.sort(byPath);
  }

  async read(path: string, user: SandboxUser): Promise<FileContent> {
    const chunks = contentsOf(await this.#start(user, 'read', path), path);
    // An error comes instead of the first byte, where there is one to come.
    const first = await chunks.next();
    return { stream: Readable.from(withFirst(first, chunks), { objectMode: false }) };
  }

  async write(
    path: string,
    source: Readable,
    { user, metadata }: { readonly user: SandboxUser; readonly metadata: Readonly<Record<string, string>> },
  ): Promise<void> {
    const process = await this.#start(user, 'write', path, ...Object.entries(metadata).flat());
    process.stdout.resume();
    process.stderr.resume();
    const copied = pipeline(source, process.stdin).catch((error: unknown) => ({ error }));
    const { exitCode } = await process.exited;
    if (exitCode !== 0) {
      source.destroy();
      throw failure(exitCode, path);
    }
    const broken = await copied;
    if (broken)
      throw HoldfastError.from(broken.error, 'CANCELED', `The upload to '${path}' broke off; what came is there.`);
  }

  async makeDir(path: string, user: SandboxUser): Promise<void> {
    await this.#run(user, 'mkdir', path);
  }

  async move(source: string, destination: string, user: SandboxUser): Promise<void> {
    await this.#run(user, 'move', source, destination);
  }

  async remove(path: string, user: SandboxUser): Promise<void> {
    try {
      await this.#run(user, 'remove', path);
    } catch (error) {
      if (!HoldfastError.has(error, 'NOT_FOUND')) throw error;
    }
  }

  async watch(
    path: string,
    { recursive, user }: { readonly recursive: boolean; readonly user: SandboxUser },
  ): Promise<FileWatch> {
    const process = await this.#start(user, 'watch', path, recursive ? '1' : '0');
    process.stderr.resume();
    const events = parseEvents(process.stdout)[Symbol.asyncIterator]();
    let closed = false;
    // The first record says that nothing is missed from here on; where there is none, the exit code says why.
    if ((await events.next()).done) throw failure((await process.exited).exitCode, path);
    return {
      events: {
        [Symbol.asyncIterator]: async function* iterate() {
          for (let next = await events.next(); !next.done; next = await events.next()) if (next.value) yield next.value;
          if (!closed) throw failure((await process.exited).exitCode, path);
        },
      },
      close: () => {
        closed = true;
        process.kill();
      },
    };
  }

  async #start(user: SandboxUser, applet: string, ...args: readonly string[]): Promise<AgentProcess> {
    return this.#agent.spawn({
      argv: [this.#program, applet, ...args],
      env: {},
      cwd: '/',
      user,
      stdin: applet === 'write',
      endTree: true,
    });
  }

  async #run(user: SandboxUser, applet: string, ...args: readonly string[]): Promise<Buffer> {
    const process = await this.#start(user, applet, ...args);
    process.stderr.resume();
    const [output, { exitCode }] = await Promise.all([buffer(process.stdout), process.exited]);
    if (exitCode !== 0) throw failure(exitCode, args[0] ?? '');
    return output;
  }
}

async function* contentsOf(process: AgentProcess, path: string): AsyncGenerator<Buffer> {
  process.stderr.resume();
  let whole = false;
  try {
    for await (const chunk of process.stdout) yield chunk as Buffer;
    whole = true;
  } finally {
    if (!whole) process.kill();
  }
  const { exitCode } = await process.exited;
  if (exitCode !== 0) throw failure(exitCode, path);
}

async function* withFirst(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** A folder before what is in it, then by name. */
function byPath(a: FileEntry, b: FileEntry): number {
  const one = a.path.split('/');
  const other = b.path.split('/');
  for (const [at, part] of one.entries()) {
    const against = other[at];
    if (against === undefined) return 1;
    if (part !== against) return part < against ? -1 : 1;
  }
  return one.length - other.length;
}

function failure(errno: number, path: string): HoldfastError {
  const name = Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `error ${errno}`;
  if (errno === ENOENT) return new HoldfastError('NOT_FOUND', `There is no '${path}' in this sandbox.`);
  if (errno === EEXIST) return new HoldfastError('ALREADY_EXISTS', `There is a '${posix.normalize(path)}' already.`);
  if (errno === ENAMETOOLONG) return new HoldfastError('INVALID_ARGUMENT', `The path '${path}' is too long.`);
  if (errno === EACCES || errno === EPERM || errno === EROFS) {
    return new HoldfastError('PERMISSION_DENIED', `This user of the sandbox may not do that with '${path}' (${name}).`);
  }
  if (errno === ENOSPC || errno === EDQUOT) {
    return new HoldfastError('STORAGE_FULL', `The disk of the sandbox is full: '${path}' was not written whole.`);
  }
  return new HoldfastError('FAILED_PRECONDITION', `'${path}' cannot be used in this way: ${meaningOf(name)}.`);
}

function meaningOf(name: string): string {
  const meanings: Record<string, string> = {
    EISDIR: 'it is a directory',
    ENOTDIR: 'it, or something above it, is not a directory',
    ENOTEMPTY: 'it is not empty',
    ELOOP: 'its links lead in a circle',
    EINVAL: 'it is not a regular file',
    EOPNOTSUPP: 'its file system keeps no metadata; the content was written',
  };
  return meanings[name] ?? name;
}
