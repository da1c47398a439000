import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lchown, mkdir, open, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { Agent, AgentProcess, BoxUser } from '../../agent/agent.ts';
import { AGENT_INSIDE } from '../../agent/binary.ts';
import type { Owner } from '../../host/workspace-owner.ts';
import { encodeEntry, readTree, TREE_END, type TreeBounds, type TreeEntry } from './tree-stream.ts';

/** Where a tree lies in a guest, and who reads or writes it there. */
export interface TreeInside {
  readonly folder: string;
  readonly user: BoxUser;
  /** Where the agent's program lies. Left out: at its usual place. */
  readonly program?: string;
}

/**
 * Copies what is in a folder of the host to one of a guest that is there already; what stands there is replaced, nothing
 * is removed. Links are copied as links, never followed. Throws UNAVAILABLE when the guest could not write all of it.
 */
export async function pushTree(agent: Agent, hostFolder: string, inside: TreeInside): Promise<void> {
  const unpacking = await begin(agent, 'unpack', inside, true);
  unpacking.stdout.resume();
  const said = text(unpacking.stderr);
  // What it ended with tells more than that its input broke.
  await pipeline(packed(hostFolder), unpacking.stdin).catch(() => unpacking.kill());
  const { exitCode } = await unpacking.exited;
  if (exitCode !== 0) throw notCopied('into', exitCode, await said);
}

/**
 * Copies a folder of a guest to the host: afterwards `hostFolder` holds what the guest's does, all of it belonging to
 * `owner`. The guest is not trusted: everything is written below a new folder first, through no link, and what it cannot
 * send leaves `hostFolder` as it was. Throws TOO_LARGE, or UNAVAILABLE when the guest sent something else than its files.
 */
export async function pullTree(
  agent: Agent,
  inside: TreeInside,
  hostFolder: string,
  options: { readonly bounds: TreeBounds; readonly owner?: Owner },
): Promise<void> {
  const half = join(dirname(hostFolder), `.holdfast-half-${randomUUID()}`);
  await mkdir(half, { mode: 0o700 });
  const writer = new TreeWriter(half, options.owner);
  let packing: AgentProcess | undefined;
  try {
    packing = await begin(agent, 'pack', inside, false);
    const said = text(packing.stderr);
    await readTree(packing.stdout, options.bounds, writer);
    await writer.finish();
    const { exitCode } = await packing.exited;
    if (exitCode !== 0) throw notCopied('out of', exitCode, await said);
    await replaceContent(hostFolder, half);
  } finally {
    packing?.kill();
    await writer.close();
    await rm(half, { recursive: true, force: true });
  }
}

function begin(agent: Agent, applet: string, inside: TreeInside, stdin: boolean): Promise<AgentProcess> {
  const argv = [inside.program ?? AGENT_INSIDE, applet, inside.folder] as const;
  return agent.spawn({ argv, env: {}, cwd: '/', user: inside.user, stdin, endTree: true });
}

/** The folder as a stream. Files that change meanwhile are sent at the size that they had. */
async function* packed(root: string, below = ''): AsyncGenerator<Buffer> {
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      yield encodeEntry({ kind: 'folder', path, mode: 0o755, modified: 0, size: 0 });
      yield* packed(root, path);
    } else if (entry.isSymbolicLink()) {
      const target = Buffer.from(await readlink(join(root, path)));
      yield encodeEntry({ kind: 'link', path, mode: 0o777, modified: 0, size: target.byteLength });
      yield target;
    } else if (entry.isFile()) {
      yield* packedFile(join(root, path), path);
    }
  }
  if (below === '') yield TREE_END;
}

async function* packedFile(file: string, path: string): AsyncGenerator<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, mode, mtimeMs } = await handle.stat();
    yield encodeEntry({ kind: 'file', path, mode: mode & 0o777, modified: mtimeMs / 1000, size });
    for (let left = size; left > 0; ) {
      const piece = Buffer.alloc(Math.min(left, 256 * 1024));
      const { bytesRead } = await handle.read(piece);
      // One that has shrunk is filled up: its size is said already.
      yield bytesRead === 0 ? piece : piece.subarray(0, bytesRead);
      left -= bytesRead === 0 ? piece.byteLength : bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/**
 * Writes a tree below a folder that is new and empty, so everything in it was made here. Only what was made here as a
 * folder is entered, no path is made twice, and links come last: none is ever followed.
 */
class TreeWriter {
  readonly #root: string;
  readonly #owner: Owner | undefined;
  readonly #folders = new Set<string>(['']);
  readonly #made = new Set<string>();
  readonly #links: { path: string; pieces: Buffer[] }[] = [];
  #file: { handle: FileHandle; entry: TreeEntry } | undefined;
  #link: Buffer[] | undefined;

  constructor(root: string, owner: Owner | undefined) {
    this.#root = root;
    this.#owner = owner;
  }

  async entry(entry: TreeEntry): Promise<void> {
    await this.#finishFile();
    this.#link = undefined;
    const above = entry.path.includes('/') ? entry.path.slice(0, entry.path.lastIndexOf('/')) : '';
    if (!this.#folders.has(above) || this.#made.has(entry.path)) {
      throw new HoldfastError(
        'UNAVAILABLE',
        'The sandbox sent a file twice, or in no folder. Nothing was changed on the host.',
      );
    }
    this.#made.add(entry.path);
    const path = join(this.#root, entry.path);
    if (entry.kind === 'folder') {
      this.#folders.add(entry.path);
      await mkdir(path, { mode: entry.mode | 0o700 });
      await this.#give(path);
    } else if (entry.kind === 'link') {
      this.#link = [];
      this.#links.push({ path, pieces: this.#link });
    } else {
      this.#file = { handle: await open(path, 'wx', entry.mode | 0o600), entry };
    }
  }

  async content(piece: Buffer): Promise<void> {
    // A piece is a window on a buffer that is used again.
    if (this.#link) this.#link.push(Buffer.from(piece));
    else await this.#file?.handle.writeFile(piece);
  }

  async finish(): Promise<void> {
    await this.#finishFile();
    for (const { path, pieces } of this.#links) {
      await symlink(Buffer.concat(pieces), path);
      await this.#give(path);
    }
  }

  /** Lets go of a file that was begun. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  async #finishFile(): Promise<void> {
    if (!this.#file) return;
    const { handle, entry } = this.#file;
    await handle.utimes(entry.modified, entry.modified);
    if (this.#owner) await handle.chown(this.#owner.uid, this.#owner.gid);
    await this.close();
  }

  async #give(path: string): Promise<void> {
    if (this.#owner) await lchown(path, this.#owner.uid, this.#owner.gid);
  }
}

/** The folder itself stays: it may be watched, or mounted. */
async function replaceContent(folder: string, by: string): Promise<void> {
  const wanted = new Set(await readdir(by));
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  for (const name of wanted) {
    await rm(join(folder, name), { recursive: true, force: true });
    await rename(join(by, name), join(folder, name));
  }
}

function notCopied(where: string, errno: number, said: string): HoldfastError {
  const why = said.trim() === '' ? `error ${errno}` : said.trim();
  return new HoldfastError('UNAVAILABLE', `Files could not be copied ${where} the sandbox: ${why}.`);
}
