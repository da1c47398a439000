import { HoldfastError } from '@holdfast/protocol';
import type { Driver, ManagedTransaction, RecordShape } from 'neo4j-driver';

import type { GraphConfig } from './config.ts';

/** Runs Cypher. */
export interface Cypher {
  /** One managed transaction, which the driver repeats where the server asks for it; what it reads is committed. */
  read<T>(work: (run: Run) => Promise<T>): Promise<T>;
  write<T>(work: (run: Run) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Runs one statement; values come as parameters only. */
export type Run = (cypher: string, params: Readonly<Record<string, unknown>>) => Promise<readonly RecordShape[]>;

const TIMEOUT_MS = 30_000;
const CONNECT_MS = 5_000;
/** How long the driver repeats a transaction that failed for a passing reason. */
const RETRY_MS = 3_000;

/** Names are unique, and so what two say at once of one name is one entity. */
const CONSTRAINTS = [
  'create constraint holdfast_entity if not exists for (n:Entity) require (n.tenant, n.id) is unique',
  'create constraint holdfast_name if not exists for (a:Name) require (a.tenant, a.key) is unique',
  'create constraint holdfast_relation if not exists for (r:Relation) require (r.tenant, r.id) is unique',
  'create constraint holdfast_memory if not exists for (m:Memory) require (m.tenant, m.id) is unique',
  'create constraint holdfast_writer if not exists for (w:Writer) require w.tenant is unique',
  'create index holdfast_relation_user if not exists for (r:Relation) on (r.tenant, r.user)',
];

/** Connects when it is first used, and again whenever the server is back. */
export function openCypher(config: GraphConfig): Cypher {
  let opening: Promise<Driver> | undefined;
  let ready: Promise<void> | undefined;

  const driver = async (): Promise<Driver> => {
    opening ??= connect(config);
    return await opening;
  };

  const prepare = async (): Promise<void> => {
    const session = (await driver()).session({ database: config.database });
    try {
      for (const constraint of CONSTRAINTS) await session.run(constraint);
    } finally {
      await session.close();
    }
  };

  const within = async <T>(how: 'executeRead' | 'executeWrite', work: (run: Run) => Promise<T>): Promise<T> => {
    try {
      ready ??= prepare().catch((error: unknown) => {
        ready = undefined;
        throw error;
      });
      await ready;
      const session = (await driver()).session({ database: config.database });
      try {
        return await session[how]((transaction) => work(runner(transaction)), { timeout: TIMEOUT_MS });
      } finally {
        await session.close();
      }
    } catch (error) {
      throw HoldfastError.is(error) ? error : failure(error);
    }
  };

  return {
    read: (work) => within('executeRead', work),
    write: (work) => within('executeWrite', work),
    async close() {
      if (opening) await (await opening).close();
    },
  };
}

async function connect({ url, user, password }: GraphConfig): Promise<Driver> {
  const { default: neo4j } = await import('neo4j-driver');
  const auth = password === '' ? undefined : neo4j.auth.basic(user, password);
  return neo4j.driver(url, auth, {
    disableLosslessIntegers: true,
    connectionTimeout: CONNECT_MS,
    connectionAcquisitionTimeout: CONNECT_MS,
    maxTransactionRetryTime: RETRY_MS,
  });
}

function runner(transaction: ManagedTransaction): Run {
  return async (cypher, params) => {
    const { records } = await transaction.run(cypher, params);
    return records.map((record) => record.toObject());
  };
}

function failure(error: unknown): HoldfastError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.includes('ConstraintValidationFailed')) {
    return new HoldfastError('CONFLICT', 'Somebody else changed the graph at once. Nothing was changed. Try again.', {
      cause: error,
    });
  }
  if (code.includes('Security')) {
    return new HoldfastError(
      'STORAGE_UNAVAILABLE',
      'Neo4j refuses the user or the password of memory.graph. Nothing was changed.',
      { cause: error },
    );
  }
  if (code === 'ServiceUnavailable' || code === 'SessionExpired' || code.startsWith('Neo.TransientError')) {
    return new HoldfastError(
      'STORAGE_UNAVAILABLE',
      'Neo4j does not answer. What was acknowledged is kept. It is asked again with the next call.',
      { cause: error },
    );
  }
  const said = error instanceof Error ? error.message : String(error);
  return new HoldfastError('STORAGE_UNAVAILABLE', `Neo4j could not do it: ${said} Nothing was changed.`, {
    cause: error,
  });
}
