import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { type Database, openPostgres, openSqlite } from '@holdfast/storage';
import { redactText } from '@holdfast/telemetry';

import type { StorageConfig } from '../config/own-sections.ts';
import { codeOf } from './machine.ts';
import { broken, type DoctorCheck, look, works } from './report.ts';

/** The SQL database: opened and committed to, really, in a place of its own that is removed again. */
export async function checkStorage(storage: StorageConfig, dataDir: string): Promise<DoctorCheck[]> {
  if (storage.sql === 'sqlite') return [await checkSqlite(dataDir)];
  const primary = await checkPrimary(storage.sql);
  return [primary, ...(await Promise.all(storage.replicas.map((url, i) => checkReplica(url, i + 1))))];
}

async function checkSqlite(dataDir: string): Promise<DoctorCheck> {
  let folder: string | undefined;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    folder = await mkdtemp(join(dataDir, '.doctor-'));
    const began = performance.now();
    const took = await useOnce(
      await openSqlite({ dataDir: folder }),
      'create table doctor (n integer)',
      'insert into doctor values (1)',
    );
    return works(
      'sqlite',
      `A database was made and committed to; the commit took ${took.toFixed(1)} ms.`,
      `${(performance.now() - began).toFixed(0)} ms in all`,
    );
  } catch (error) {
    return broken('sqlite', sentence(error), 'Check the disk and the rights of the data directory.');
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function checkPrimary(url: string): Promise<DoctorCheck> {
  try {
    const database = await openPostgres({ url, replicas: [] });
    const took = await useOnce(
      database,
      'create temporary table holdfast_doctor (n integer) on commit drop',
      'insert into holdfast_doctor values (1)',
    );
    return works('postgres', `${redactText(url)} took a write in ${took.toFixed(1)} ms.`);
  } catch (error) {
    return broken(
      'postgres',
      `${redactText(url)}: ${sentence(error)}`,
      'Check storage.sql, that PostgreSQL runs, and the rights of its user.',
    );
  }
}

async function checkReplica(url: string, n: number): Promise<DoctorCheck> {
  const id = `replica ${n}`;
  try {
    const database = await openPostgres({ url, replicas: [] });
    try {
      const { results } = await database.transact([{ sql: 'select pg_is_in_recovery()::int as standby', params: [] }]);
      return results[0]?.rows[0]?.['standby'] === 1
        ? works(id, `${redactText(url)} answers and follows its primary.`)
        : broken(
            id,
            `${redactText(url)} is not a replica: it takes writes itself.`,
            'Take it out of storage.replicas.',
          );
    } finally {
      await database.close();
    }
  } catch (error) {
    return look(
      id,
      `${redactText(url)}: ${sentence(error)}`,
      'Reads go to the primary meanwhile. Check storage.replicas.',
    );
  }
}

/** Commits once; milliseconds. */
async function useOnce(database: Database, ...statements: string[]): Promise<number> {
  try {
    const began = performance.now();
    await database.transact(statements.map((sql) => ({ sql, params: [] })));
    return performance.now() - began;
  } finally {
    await database.close();
  }
}

function sentence(error: unknown): string {
  return HoldfastError.is(error) ? error.message : codeOf(error);
}
