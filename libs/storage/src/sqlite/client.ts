import { Worker } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import type { Row, SqlValue, StatementResult } from '../database.ts';
import { unpackBlobs } from './blobs.ts';
import type {
  WireFailure,
  WireRequest,
  WireResponse,
  WireResult,
  WireStatement,
  WireVerb,
  WorkerSettings,
} from './wire.ts';

/** The main thread's end of a worker. */
export interface WorkerClient {
  /** Sends one request and resolves with what its statements did. Throws HoldfastError. */
  request(verb: WireVerb, session: number, statements: WireStatement[]): Promise<StatementResult[]>;
  /** Lets the worker finish what it was sent, then ends it. */
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (results: StatementResult[]) => void;
  readonly reject: (error: HoldfastError) => void;
}

/** What a thread keeps for what lives shortly: left to itself it takes some twenty megabytes more, and is no faster. */
const YOUNG_MB = 8;

/** Starts a worker on a database file and waits until it has it open. */
export async function startWorker(url: URL, settings: WorkerSettings): Promise<WorkerClient> {
  const worker = new Worker(url, {
    workerData: settings,
    name: `sqlite-${settings.role}`,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const pending = new Map<number, Pending>();
  const exited = Promise.withResolvers<void>();
  let outbox: WireRequest[] = [];
  let lastId = 0;
  let gone: HoldfastError | undefined;

  const lose = (cause: unknown) => {
    const ended = (outcome: 'unknown' | 'none') =>
      new HoldfastError(
        'STORAGE_UNAVAILABLE',
        `The database thread of ${settings.file} has ended. What was acknowledged is kept. Restart Holdfast.`,
        { cause, details: { outcome } },
      );
    for (const { reject } of pending.values()) reject(gone ?? ended('unknown'));
    pending.clear();
    gone ??= ended('none');
  };
  worker.on('error', lose);
  worker.on('exit', (code) => {
    lose(new Error(`worker thread exited with ${code}`));
    exited.resolve();
  });

  await new Promise<void>((resolve, reject) => {
    worker.once('message', (message: 'open' | WireFailure) => {
      if (message === 'open') resolve();
      else exited.promise.then(() => reject(toError(message)), reject);
    });
    worker.once('error', (error) => reject(HoldfastError.from(error, 'STORAGE_UNAVAILABLE')));
  });

  worker.on('message', (responses: WireResponse[]) => {
    for (const [id, results, failure] of responses) {
      const waiting = pending.get(id);
      pending.delete(id);
      if (failure !== undefined) waiting?.reject(toError(failure));
      else waiting?.resolve((results ?? []).map(toResult));
    }
  });

  // All that one turn of the event loop asks for crosses in one message: a message costs more than a statement.
  const flush = () => {
    const requests = outbox;
    outbox = [];
    if (gone === undefined) worker.postMessage(requests);
  };

  return {
    request(verb, session, statements) {
      return new Promise((resolve, reject) => {
        if (gone !== undefined) return reject(gone);
        const id = ++lastId;
        pending.set(id, { resolve, reject });
        if (outbox.push([id, verb, session, statements]) === 1) setImmediate(flush);
      });
    },
    async close() {
      if (gone === undefined) {
        gone = new HoldfastError('STORAGE_UNAVAILABLE', 'The database is closed.');
        const requests = outbox;
        outbox = [];
        worker.postMessage(requests);
        worker.postMessage('close');
      }
      await exited.promise;
    },
  };
}

function toError(failure: WireFailure): HoldfastError {
  return new HoldfastError(failure.code, failure.message, {
    ...(failure.cause === '' ? {} : { cause: new Error(failure.cause) }),
    ...(failure.details === undefined ? {} : { details: { ...failure.details } }),
  });
}

function toResult([changes, columns, values, blobs]: WireResult): StatementResult {
  if (blobs !== undefined) unpackBlobs(values, blobs);
  return { changes, rows: columns.length === 0 ? [] : values.map((row) => toRow(columns, row)) };
}

function toRow(columns: readonly string[], values: readonly SqlValue[]): Row {
  const row: Row = {};
  for (const [at, column] of columns.entries()) row[column] = values[at] ?? null;
  return row;
}
