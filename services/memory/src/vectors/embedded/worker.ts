import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import * as usearch from 'usearch';

import { readShelf, writeGraph, writeRows } from './row-file.ts';
import { Shelf } from './shelf.ts';
import type { WireRequest, WireResponse, WireState, WorkerSettings } from './wire.ts';

// The thread of one embedded index: the calls of usearch are synchronous, and building a graph takes all of a processor.

/** Rows that are added to a graph at a time: each takes up to a millisecond, and a query that comes meanwhile waits. */
const STEP = 4;
/**
 * While vectors keep coming the graph waits for so long after the last ones, milliseconds: linking takes what makes more
 * of them. Until then they are looked at one by one, which takes milliseconds for so many and no more.
 */
const QUIET_MS = 200;
const MOST_UNLINKED = 100_000;
/** How often it is told how far the graph is. */
const SAID_EVERY_MS = 1000;

const settings = workerData as WorkerSettings;
const { dir, dimensions } = settings;
const port = parentPort;
if (port === null) throw new Error('This file is the code of a worker thread.');

const shelves = new Map<string, Shelf>();
let sorted: number[] | undefined;
let isGrowing = false;
let putAt = Number.NEGATIVE_INFINITY;
let saidAt = 0;

port.on('message', ({ id, request }: { id: number; request: WireRequest }) => {
  try {
    say({ id, value: carryOut(request), state: state() });
  } catch (error) {
    say({ id, failure: failureOf(error) });
  }
  if (!isGrowing) {
    isGrowing = true;
    setImmediate(grow);
  }
});

function carryOut(request: WireRequest): unknown {
  switch (request.verb) {
    case 'put':
      sorted = undefined;
      putAt = performance.now();
      for (const [at, entry] of request.entries.entries()) {
        const vector = request.vectors.subarray(at * dimensions, (at + 1) * dimensions);
        shelfOf(entry.tenant).put({ ...entry, vector });
      }
      return undefined;
    case 'remove':
      sorted = undefined;
      for (const seq of request.seqs) shelves.get(request.tenant)?.remove(seq);
      return undefined;
    case 'search':
      return shelves.get(request.viewer.tenant)?.candidates(request.viewer, request.query, request.wanted) ?? [];
    case 'seqs':
      return keysAfter(request.after, request.limit);
    case 'changed':
      return [...shelves.values()].map(({ tenant, size, version, savedVersion }) => ({
        tenant,
        size,
        version,
        isChanged: version !== savedVersion,
      }));
    case 'writeRows':
      return writeRows(join(dir, request.file), request.file, shelfOf(request.tenant), dimensions);
    case 'writeGraph':
      return writeGraph(join(dir, request.file), request.file, shelfOf(request.tenant));
    case 'saved':
      for (const [tenant, version] of request.tenants) shelfOf(tenant).savedVersion = version;
      return undefined;
    case 'load': {
      sorted = undefined;
      const { shelf, ...problems } = readShelf((file) => join(dir, file), request.files, settings, usearch);
      if (shelf !== undefined) {
        if (problems.badGraph === undefined) shelf.savedVersion = shelf.version;
        shelves.set(shelf.tenant, shelf);
      }
      return problems;
    }
    case 'clear':
      sorted = undefined;
      shelves.clear();
      return undefined;
  }
}

function shelfOf(tenant: string): Shelf {
  let shelf = shelves.get(tenant);
  if (shelf === undefined) {
    shelf = new Shelf(tenant, settings, usearch);
    shelves.set(tenant, shelf);
  }
  return shelf;
}

function keysAfter(after: number, limit: number): number[] {
  sorted ??= [...shelves.values()].flatMap((shelf) => [...shelf.keys()]).toSorted((a, b) => a - b);
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) > after) high = middle;
    else low = middle + 1;
  }
  return sorted.slice(low, low + limit);
}

/** Lets the graphs grow by a step; then whoever asked meanwhile has a turn. */
function grow(): void {
  if (performance.now() - putAt < QUIET_MS && state().unlinked < MOST_UNLINKED) {
    setTimeout(grow, QUIET_MS);
    return;
  }
  for (const shelf of shelves.values()) {
    if (shelf.isWorn) shelf.dropGraph();
    if (shelf.grow(STEP) === 0) continue;
    const now = performance.now();
    if (shelf.unlinked === 0 || now - saidAt > SAID_EVERY_MS) {
      saidAt = now;
      say({ state: state() });
    }
    setImmediate(grow);
    return;
  }
  isGrowing = false;
}

function state(): WireState {
  const all = [...shelves.values()];
  const unlinked = sum(all.map((shelf) => shelf.unlinked));
  return {
    size: sum(all.map(({ size }) => size)),
    toLink: unlinked === 0 ? 0 : sum(all.map((shelf) => shelf.linked + shelf.unlinked)),
    unlinked,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function failureOf(error: unknown): Extract<WireResponse, { failure: unknown }>['failure'] {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'STORAGE_FULL',
      message: `The disk is full: the vector index in ${dir} could not be written. Free some space; nothing was lost.`,
    };
  }
  return {
    code: 'STORAGE_UNAVAILABLE',
    message: `The vector index in ${dir} failed (${message}). The vectors in the database are kept; rebuild the index.`,
  };
}

function say(response: WireResponse): void {
  port?.postMessage(response);
}
