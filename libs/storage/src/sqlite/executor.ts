import type { DatabaseSync } from 'node:sqlite';

import { HoldfastError } from '@holdfast/protocol/error';

import { leavesOutcomeOpen, sqliteFailure } from './failure.ts';
import { createPlans, type Plans } from './plans.ts';
import type { WireFailure, WireRequest, WireResponse, WireResult } from './wire.ts';

/** How many batches share one fsync at most: bounds how long the first of them waits for its answer. */
const GROUP_LIMIT = 512;

/**
 * How long a session may do nothing, in milliseconds. Everything else waits for it, so that one that was forgotten, or
 * that waits for a write beside it, must not hold up the whole process.
 */
export const SESSION_IDLE_MS = 30_000;

/** Where answers go, as soon as they are true. */
export type Answer = (responses: WireResponse[]) => void;

/** The part of a worker that knows SQL: it orders requests and decides what shares a transaction. */
export interface Executor {
  /** Takes in requests; nothing runs yet. */
  push(requests: readonly WireRequest[]): void;
  /** Carries out all that can run now. */
  drain(): void;
  /** Stops waiting for a session that idles. */
  close(): void;
}

interface Outcome {
  readonly request: WireRequest;
  results?: WireResult[];
  failure?: WireFailure;
}

/** Wraps an open database. `write` false: every batch is a plain read outside of any transaction. */
export function createExecutor(db: DatabaseSync, file: string, write: boolean, answer: Answer): Executor {
  const plans = createPlans(db);
  let waiting: WireRequest[] = [];
  let session = 0;
  let idle: NodeJS.Timeout | undefined;
  // Once damage has been seen, nothing may be written any more: it could only grow.
  let damage: WireFailure | undefined;

  const fail = (error: unknown): WireFailure => {
    const failure = sqliteFailure(error, file);
    if (failure.code === 'STORAGE_CORRUPT') damage ??= failure;
    return failure;
  };

  /** Carries out one batch in whatever transaction is open; the caller undoes it when it failed. */
  const attempt = (request: WireRequest): Outcome => {
    try {
      return { request, results: runAll(plans, request) };
    } catch (error) {
      return { request, failure: fail(error) };
    }
  };

  const rollback = () => {
    // A full disk or an I/O error may have ended the transaction already.
    if (db.isTransaction) plans.exec('rollback');
  };

  const commitGroup = (group: readonly WireRequest[]): Outcome[] => {
    const alone = group.length === 1;
    let outcomes: Outcome[] = [];
    try {
      plans.exec('begin');
      for (const request of group) {
        if (!alone) plans.exec('savepoint batch');
        const outcome = attempt(request);
        outcomes.push(outcome);
        if (outcome.failure !== undefined) {
          if (!db.isTransaction || alone) break;
          plans.exec('rollback to batch');
        }
        if (!alone) plans.exec('release batch');
      }
      if (!db.isTransaction) return alone ? outcomes : oneByOne(group);
      if (alone && outcomes[0]?.failure !== undefined) rollback();
      else plans.exec('commit');
    } catch (error) {
      rollback();
      const failure = fail(error);
      const open = leavesOutcomeOpen(error);
      // A commit that certainly failed kept nothing, so that the batches can be tried again one by one: the fault of
      // one (a deferred constraint, a value too large for what room is left) must not become the fault of all.
      if (!alone && !open && damage === undefined) return oneByOne(group);
      const known: WireFailure = { ...failure, details: { ...failure.details, outcome: open ? 'unknown' : 'none' } };
      outcomes = group.map((request) => ({ request, failure: known }));
    }
    return outcomes;
  };

  const oneByOne = (group: readonly WireRequest[]) => group.flatMap((request) => commitGroup([request]));

  const runVerb = (request: WireRequest): Outcome => {
    const [, verb, id] = request;
    try {
      switch (verb) {
        case 'begin':
          plans.exec('begin');
          session = id;
          return { request, results: [] };
        case 'commit':
          if (id !== session) throw expired();
          plans.exec('commit');
          session = 0;
          return { request, results: [] };
        case 'rollback':
          if (id === session) endSession();
          return { request, results: [] };
        case 'forget-plans':
          plans.forget();
          return { request, results: [] };
        case 'scrub':
          plans.exec('vacuum');
          emptyLog(plans);
          return { request, results: [] };
        case 'run':
          if (id !== session) throw expired();
          return attempt(request);
        case 'batch':
          return attempt(request);
      }
    } catch (error) {
      return { request, failure: fail(error) };
    }
  };

  /** What may run next: in a session only its own requests, else as many batches as stand in a row. */
  const next = (): WireRequest[] => {
    if (session !== 0) {
      const at = waiting.findIndex((request) => request[2] === session);
      return at === -1 ? [] : waiting.splice(at, 1);
    }
    let count = 0;
    while (count < waiting.length && count < GROUP_LIMIT && waiting[count]?.[1] === 'batch') count++;
    return waiting.splice(0, Math.max(count, 1));
  };

  const perform = (requests: readonly WireRequest[]): Outcome[] => {
    const ending = requests[0]?.[1] === 'rollback';
    if (damage !== undefined && write && !ending) {
      const failure = damage;
      return requests.map((request) => ({ request, failure }));
    }
    return write && requests[0]?.[1] === 'batch' ? commitGroup(requests) : requests.map(runVerb);
  };

  const endSession = () => {
    rollback();
    session = 0;
  };

  const drain = () => {
    for (let requests = next(); requests.length > 0; requests = next()) {
      answer(
        perform(requests).map(({ request, results, failure }) =>
          failure === undefined ? [request[0], results] : [request[0], undefined, failure],
        ),
      );
    }
    clearTimeout(idle);
    if (session === 0) return;
    idle = setTimeout(() => {
      endSession();
      drain();
    }, SESSION_IDLE_MS);
  };

  return {
    push(requests) {
      waiting = waiting.length === 0 ? [...requests] : [...waiting, ...requests];
    },
    drain,
    close() {
      clearTimeout(idle);
    },
  };
}

/** Copies the log into the file and cuts it to nothing. */
function emptyLog(plans: Plans): void {
  const [, , rows] = plans.run('pragma wal_checkpoint(truncate)', []);
  if (rows[0]?.[0] === 0) return;
  throw new HoldfastError(
    'STORAGE_UNAVAILABLE',
    'The log of the database could not be emptied, since something still reads from it. Nothing is lost; try again.',
  );
}

function expired(): HoldfastError {
  return new HoldfastError(
    'STORAGE_UNAVAILABLE',
    `The transaction did nothing for ${SESSION_IDLE_MS / 1000} s and was rolled back, since all other writes wait ` +
      'for it. Nothing of it was kept. Do not wait inside a transaction for anything but the transaction.',
  );
}

function runAll(plans: Plans, [, , , statements]: WireRequest): WireResult[] {
  return statements.map(([sql, params, expect, otherwise]) => {
    const result = plans.run(sql, params);
    if (expect !== -1 && result[0] !== expect) {
      throw new HoldfastError(
        otherwise,
        `Expected ${expect} row(s), found ${result[0]}. Nothing of the batch was kept.`,
      );
    }
    return result;
  });
}
