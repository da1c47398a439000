import { randomUUIDv7 } from 'node:crypto';
import { join } from 'node:path';

import { compilePolicy, createEgress } from '@holdfast/egress';
import { createMemoryService, type MemoryService } from '@holdfast/memory';
import type { Model, ModelRegistry } from '@holdfast/models';
import type { Database } from '@holdfast/storage';
import { egressFetch } from '@holdfast/tools';

import type { Ground } from '../house.ts';
import { pageFetcher } from './fetch-page.ts';

const FETCH_LIMITS = { idleMs: 30_000, totalMs: 300_000, totalBytes: 1024 ** 3, connections: 16 };

/** What agents remember in this installation; undefined where memory is switched off. Close it before the database. */
export async function openHouseMemory(
  { config, clock, env, logger, metrics }: Ground,
  database: Database,
  models: ModelRegistry,
): Promise<MemoryService | undefined> {
  const { documents, learning, enabled } = config.memory;
  if (!enabled) return undefined;
  const decisions = metrics.counter(
    'holdfast_memory_egress_decisions',
    'Decisions of the egress proxy on documents that are read by their URL, by verdict.',
    'verdict',
  );
  const privately = documents.allow_private;
  const rules = { allow: ['*', ...privately], deny: [], allow_private: privately, allow_no_sni: false };
  const egress = createEgress({
    policy: compilePolicy(rules, 'memory.documents'),
    clock,
    onDecision: ({ stage, verdict }) => {
      if (stage === 'ended') decisions(verdict);
    },
    problem: (error) => logger.error({ err: error }, 'The egress proxy of documents failed.'),
  });
  const way = egressFetch(egress, egress.context({ id: 'memory:documents', limits: FETCH_LIMITS }));
  const service = await createMemoryService({
    database,
    config: config.memory,
    dir: join(config.data_dir, 'memory', 'vectors'),
    endpoint: { env, fetch, clock, random: Math.random },
    fetchPage: pageFetcher(way.fetch, documents.max_bytes),
    model: () => modelOf(models, learning.model),
    clock,
    newId: () => randomUUIDv7().replaceAll('-', ''),
    logger,
  });
  return {
    ...service,
    async close() {
      way.close();
      await service.close();
    },
  };
}

/** Playbooks write no summaries: only what is connected by a provider is asked. */
function modelOf(models: ModelRegistry, ids: readonly string[]): Model | undefined {
  const wanted = ids.length > 0 ? ids : models.defaults();
  return wanted.length === 0 ? undefined : models.resolve(wanted);
}
