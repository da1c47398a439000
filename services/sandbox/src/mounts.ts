import { constants, type Stats } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';

import { type commonpb, HoldfastError } from '@holdfast/protocol';

import { type BoxInput, placeOf } from './engines/engine.ts';
import type { Owner } from './host/workspace-owner.ts';

/** Folders of the system: a workspace is given away to an unprivileged user, so it must be none of them. */
const SYSTEM = ['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib64', '/boot', '/dev', '/proc', '/sys', '/run'];
const SHARED = ['/', '/home', '/media', '/mnt', '/opt', '/root', '/srv', '/tmp', '/var', '/var/lib', '/var/tmp'];

/** What a sandbox has of its own, with all below, and of what only the rest can be something else. */
const INSIDE =
  '/usr /bin /sbin /lib /lib32 /lib64 /libx32 /etc /boot /dev /proc /sys /run /workspace /input /home/user /.holdfast'.split(
    ' ',
  );
const SHARED_INSIDE = ['/', '/home', '/root', '/tmp', '/var'];

/**
 * The real path of the folder that is to be the workspace.
 * Throws INVALID_ARGUMENT when it cannot be one, FAILED_PRECONDITION when it is not there.
 */
export async function checkWorkspace(path: string): Promise<string> {
  if (!isAbsolute(path)) throw invalid(`The workspace "${path}" is not an absolute path.`);
  const real = await realPath(path, 'The workspace');
  if (!(await lstat(real)).isDirectory()) throw invalid(`The workspace ${path} is not a folder.`);
  const forbidden = [...SHARED, resolve(homedir())].includes(real) || SYSTEM.some((folder) => isWithin(real, folder));
  if (forbidden) throw invalid(`The workspace ${path} is a folder of the system. Name a folder of its own.`);
  return real;
}

/**
 * The inputs with their real paths, each of which the user that commands run as can read.
 * Throws INVALID_ARGUMENT for a bad name or a place that is the sandbox's own, FAILED_PRECONDITION for what is missing or cannot be read.
 */
export async function checkInputs(inputs: readonly commonpb.Input[], reader: Owner): Promise<readonly BoxInput[]> {
  const names = new Set<string>();
  const checked: BoxInput[] = [];
  for (const { name, path, at } of inputs) {
    if (!isName(name)) {
      throw invalid(
        `"${name}" cannot be the name of an input: no slash, no control character, not . or .., not empty.`,
      );
    }
    if (names.has(name)) throw invalid(`Two inputs have the name "${name}".`);
    names.add(name);
    if (!isAbsolute(path)) throw invalid(`The input ${name} has the path "${path}", which is not absolute.`);
    if (at !== undefined) assertPlace(name, at);
    const real = await realPath(path, `The input ${name}`);
    await assertReadable(name, path, real, reader);
    checked.push({ name, path: real, ...(at === undefined ? {} : { at }) });
  }
  assertApart(checked.map(placeOf));
  return checked;
}

function assertPlace(name: string, at: string): void {
  const why = placeProblem(at);
  if (why !== undefined) throw invalid(`The input ${name} cannot appear at "${at}": ${why}. Nothing was started.`);
}

/** Why an input cannot appear at a path; undefined: it can. */
function placeProblem(at: string): string | undefined {
  if (!isAbsolute(at) || resolve(at) !== at || /\p{Cc}/u.test(at)) return 'it is not a plain absolute path';
  if (SHARED_INSIDE.includes(at) || INSIDE.some((folder) => isWithin(at, folder)))
    return 'the sandbox has its own there';
  return undefined;
}

function assertApart(places: readonly string[]): void {
  for (const [index, place] of places.entries()) {
    const other = places.find((one, at) => at !== index && isWithin(one, place));
    if (other !== undefined) throw invalid(`One input appears at ${place}, and another within it, at ${other}.`);
  }
}

async function assertReadable(name: string, path: string, real: string, reader: Owner): Promise<void> {
  const found = await stat(real);
  if (!found.isFile() && !found.isDirectory()) {
    throw new HoldfastError('FAILED_PRECONDITION', `The input ${name} (${path}) is neither a file nor a folder.`);
  }
  if (await canRead(real, found, reader)) return;
  throw new HoldfastError(
    'FAILED_PRECONDITION',
    `The input ${name} (${path}) cannot be read by the unprivileged user that commands run as (uid ${reader.uid}). ` +
      `Let others read it (chmod -R o+rX), or copy it to a place where they can. Nothing was started.`,
  );
}

async function canRead(real: string, found: Stats, reader: Owner): Promise<boolean> {
  if (reader.uid !== process.getuid?.()) {
    const [needed, shift] = [found.isDirectory() ? 0o5 : 0o4, shiftFor(found, reader)];
    return ((found.mode >> shift) & needed) === needed;
  }
  try {
    await access(real, found.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return false;
    throw error;
  }
}

function shiftFor(found: Stats, reader: Owner): number {
  if (found.uid === reader.uid) return 6;
  return found.gid === reader.gid ? 3 : 0;
}

async function realPath(path: string, what: string): Promise<string> {
  if (path.includes('\0')) throw invalid(`${what} has a NUL character in its path.`);
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be reached (${code ?? 'unknown error'})`;
    throw new HoldfastError('FAILED_PRECONDITION', `${what} (${path}) ${why}. Nothing was started.`, { cause: error });
  }
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\p{Cc}]/u.test(name) && Buffer.byteLength(name) <= 255;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', message);
}
