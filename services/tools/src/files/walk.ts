import { constants, existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { codeOf, fileError } from './file-error.ts';
import { type Location, locate, type Places } from './virtual-path.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const READ = O_RDONLY | O_NONBLOCK;
const MAX_LINKS = 40;
/** Linux names open folders here, so that a walk needs no path that somebody could exchange meanwhile. */
const BY_DESCRIPTOR = '/proc/self/fd';

/** A folder that stays the same one, whatever happens to the names that led to it. */
export interface HeldFolder {
  readonly handle: FileHandle;
  /** The host path of one of its entries, or of itself (`.`): good until the folder is closed. */
  entry(name: string): string;
  close(): Promise<void>;
}

/** What a walk does on its way. */
export interface WalkOptions {
  /** Makes folders that are missing, and hands each to `made`. Left out: a missing folder is an error. */
  readonly made?: (folder: FileHandle) => Promise<void>;
  /** Looks at whatever was opened; throws to refuse it. */
  readonly enter?: (handle: FileHandle, location: Location) => Promise<void>;
  /** For tests: whether to go by descriptors. Left out: where the system has them. */
  readonly byDescriptor?: boolean;
}

/**
 * Opens what lies at `location` for reading and never leaves the folders of the run: each name is opened in its held
 * folder without following links, and links are resolved by hand, as the run sees them. Processes of the sandbox may
 * change the tree meanwhile. Does not wait for the other end of a pipe. Where the system cannot open by descriptor
 * (not Linux), real paths are compared instead.
 *
 * @throws HoldfastError NOT_FOUND, REFUSED (a link leads outside), INVALID_ARGUMENT. Close the handle.
 */
export async function openBeneath(location: Location, places: Places, options: WalkOptions = {}): Promise<FileHandle> {
  if (!byDescriptor(options)) {
    const handle = await openReal(location, location.segments);
    await entered(handle, location, options);
    return handle;
  }
  const { stack } = await walk(location, places, options, 0);
  const last = stack.pop();
  await closeAll(stack);
  if (!last) throw new HoldfastError('INTERNAL', 'A walk ended nowhere.');
  return last;
}

/** Holds the folder `location`, for a look at its entries. @throws HoldfastError as {@link openBeneath}. */
export async function holdFolder(location: Location, places: Places, options: WalkOptions = {}): Promise<HeldFolder> {
  const handle = await openBeneath(location, places, options);
  try {
    if (!(await handle.stat()).isDirectory()) throw fileError({ code: 'ENOTDIR' }, location.virtual);
    return await held(handle, location, location.segments, options);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Holds the folder in which `location` lies. Its last name is not looked at.
 *
 * @throws HoldfastError as {@link openBeneath}; also REFUSED where a link leads to a place that is only for reading.
 */
export async function holdParent(location: Location, places: Places, options: WalkOptions = {}): Promise<HeldFolder> {
  const parents = location.segments.slice(0, -1);
  if (location.segments.length === 0) throw fileError({ code: 'EISDIR' }, location.virtual);
  if (!byDescriptor(options)) {
    if (options.made) await makeReal(location, parents);
    return held(await openReal(location, parents), location, parents, options);
  }
  const { stack } = await walk(location, places, options, 1);
  const handle = stack.pop();
  await closeAll(stack);
  if (!handle) throw new HoldfastError('INTERNAL', 'A walk ended nowhere.');
  return held(handle, location, parents, options);
}

async function held(
  handle: FileHandle,
  location: Location,
  segments: readonly string[],
  options: WalkOptions,
): Promise<HeldFolder> {
  const path = byDescriptor(options) ? join(BY_DESCRIPTOR, String(handle.fd)) : await realBeneath(location, segments);
  return { handle, entry: (name) => `${path}/${name}`, close: () => handle.close() };
}

function byDescriptor(options: WalkOptions): boolean {
  return options.byDescriptor ?? existsSync(BY_DESCRIPTOR);
}

/** Walks until `leave` names are left. All that it opened on the way down is on the stack. */
async function walk(
  start: Location,
  places: Places,
  options: WalkOptions,
  leave: 0 | 1,
): Promise<{ stack: FileHandle[] }> {
  let location = start;
  let names: readonly string[] = start.segments;
  let links = 0;
  const stack: FileHandle[] = [];
  const push = async (handle: FileHandle): Promise<void> => {
    stack.push(handle);
    await options.enter?.(handle, location);
  };
  try {
    await push(await open(location.root, READ));
    while (names.length > leave) {
      const [name = '', ...rest] = names;
      names = rest;
      const top = stack.at(-1);
      if (!top || name === '' || name === '.') continue;
      if (name === '..') {
        if (stack.length === 1) throw leadsOutside(start);
        await stack.pop()?.close();
        continue;
      }
      const found = await openOrLink(top, name, options);
      if (typeof found !== 'string') {
        await push(found);
        continue;
      }
      links += 1;
      if (links > MAX_LINKS) throw fileError({ code: 'ELOOP' }, start.virtual);
      if (found.startsWith('/')) {
        location = target(found, places, start, leave === 1);
        names = [...location.segments, ...names];
        await closeAll(stack.splice(0));
        await push(await open(location.root, READ));
      } else {
        names = [...found.split('/'), ...names];
      }
    }
    return { stack };
  } catch (error) {
    await closeAll(stack);
    throw fileError(error, start.virtual);
  }
}

/** Opens an entry; of a link it gives what the link says. */
async function openOrLink(folder: FileHandle, name: string, options: WalkOptions): Promise<FileHandle | string> {
  const path = join(BY_DESCRIPTOR, String(folder.fd), name);
  try {
    return await open(path, READ | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === 'ELOOP') return readlink(path);
    if (codeOf(error) !== 'ENOENT' || !options.made) throw error;
  }
  await mkdir(path).catch((error: unknown) => {
    // Somebody else was quicker: what is there now is opened below, and looked at like everything else.
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  const handle = await open(path, READ | O_NOFOLLOW);
  await options.made(handle);
  return handle;
}

function target(link: string, places: Places, start: Location, toWrite: boolean): Location {
  try {
    const location = locate(link, places);
    if (toWrite && !location.writable) throw leadsOutside(start);
    return location;
  } catch (cause) {
    throw new HoldfastError('REFUSED', leadsOutside(start).message, { cause });
  }
}

function leadsOutside(location: Location): HoldfastError {
  return new HoldfastError('REFUSED', `${location.virtual} leads through a link out of the folders of this run.`);
}

async function closeAll(handles: readonly FileHandle[]): Promise<void> {
  await Promise.all(handles.map((handle) => handle.close()));
}

async function openReal(location: Location, segments: readonly string[]): Promise<FileHandle> {
  try {
    return await open(await realBeneath(location, segments), READ | O_NOFOLLOW);
  } catch (error) {
    throw fileError(error, location.virtual);
  }
}

async function realBeneath(location: Location, segments: readonly string[]): Promise<string> {
  const root = await realpath(location.root);
  const real = await realpath(join(root, ...segments));
  if (real !== root && !real.startsWith(root + sep)) throw leadsOutside(location);
  return real;
}

async function makeReal(location: Location, parents: readonly string[]): Promise<void> {
  try {
    for (const [depth, name] of parents.entries()) {
      const above = await realBeneath(location, parents.slice(0, depth));
      await mkdir(join(above, name)).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
    }
  } catch (error) {
    throw fileError(error, location.virtual);
  }
}

async function entered(handle: FileHandle, location: Location, options: WalkOptions): Promise<void> {
  try {
    await options.enter?.(handle, location);
  } catch (error) {
    await handle.close();
    throw error;
  }
}
