import type { Bounds } from './bounds.ts';
import type { Kept } from './kept.ts';
import type { Objects } from './objects.ts';
import { readVersion } from './read-version.ts';
import { type Found, type Look, scan } from './scan.ts';
import { type Change, isSame, type Known, type State } from './state.ts';
import { turns } from './turns.ts';

/** What a comparison needs. */
export interface Comparing {
  readonly workspace: string;
  /** What is known so far. Stamps are brought up to date in it; nothing else. */
  readonly state: State;
  readonly objects: Objects;
  /** What the store holds; what is kept here is added. */
  readonly kept: Kept;
  readonly bounds: Bounds;
  /** Epoch milliseconds, of the clock that the file system has. */
  readonly now: () => number;
}

/** A change, and whether the whole workspace was looked at. */
export interface Compared extends Change {
  readonly complete: boolean;
}

/** Two writes within one tick of the file system's clock have one time: a file so young is read again next time. */
const YOUNG_MS = 100;
const AT_ONCE = 8;
/** So many new contents are synced one by one. More would hold the call up for seconds. */
const SYNCED_FILES = 256;

interface Keeping extends Comparing {
  readonly durable: boolean;
}

/**
 * Compares a workspace with what is known of it. New contents are in the store when this resolves, and on the disk
 * unless there are very many: then a power loss may take some of them, which is noticed by their hash.
 */
export async function compare(comparing: Comparing): Promise<Compared> {
  const { workspace, state, objects, bounds } = comparing;
  const look = await scan(workspace, bounds.entries);
  const files: { path: string; after: Known | null }[] = [];
  const suspects = [...look.files].filter(([path, { stamp }]) => state.files.get(path)?.stamp !== stamp);
  const keeping = { ...comparing, durable: suspects.length <= SYNCED_FILES };
  const turn = turns();
  for (let from = 0; from < suspects.length; from += AT_ONCE) {
    await turn();
    const batch = suspects.slice(from, from + AT_ONCE);
    const changed = await Promise.all(batch.map(([path, found]) => changeOf(path, found, keeping)));
    files.push(...changed.filter((change) => change !== undefined));
  }
  if (files.some(({ after }) => after?.kept)) await objects.sync();
  return { ...removals(state, look), files: [...files, ...deletions(state, look)], complete: look.complete };
}

async function changeOf(path: string, { stamp }: Found, comparing: Keeping) {
  const { workspace, state, bounds, now } = comparing;
  const read = await readVersion(path, workspace, bounds);
  if (!read) return undefined;
  const { found, sha256, binary, content } = read;
  const isYoung = found.changedAt > now() - YOUNG_MS || found.stamp !== stamp;
  const before = state.files.get(path);
  const after: Known = {
    sha256,
    size: found.size,
    mode: found.mode,
    kept: false,
    binary,
    stamp: isYoung && sha256 !== '' ? '' : found.stamp,
  };
  if (before && isSame(before, after)) {
    state.files.set(path, { ...before, stamp: after.stamp });
    return undefined;
  }
  return { path, after: { ...after, kept: content !== undefined && (await keep(sha256, content, comparing)) } };
}

async function keep(sha256: string, content: Buffer, { objects, kept, durable }: Keeping): Promise<boolean> {
  const room = kept.take(sha256, content.length);
  // In a fork the store may hold it from the old run.
  if (room === 'new' && !objects.has(sha256)) await objects.put(sha256, content, durable);
  return room !== 'full';
}

function deletions(state: State, look: Look): { path: string; after: null }[] {
  if (!look.complete) return [];
  return [...state.files.keys()].filter((path) => !look.files.has(path)).map((path) => ({ path, after: null }));
}

function removals({ folders }: State, look: Look): Pick<Change, 'made' | 'removed'> {
  return {
    made: [...look.folders].filter((path) => !folders.has(path)),
    removed: look.complete ? [...folders].filter((path) => !look.folders.has(path)) : [],
  };
}
