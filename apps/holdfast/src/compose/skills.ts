import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { MemoryApi, SandboxApi, SkillsApi } from '@holdfast/protocol';
import { createSkills, shippedToolNames, skillsApi, type ToolSource } from '@holdfast/tools';

import type { Ground } from '../house.ts';

/** The skills of this installation. */
export interface HouseSkills {
  readonly source: ToolSource;
  readonly api: SkillsApi;
  /** Loads them. Nothing waits for it: tools of skills come when they are ready. */
  start(): void;
  close(): Promise<void>;
}

/** Finds skills in the product's own folder and in the data directory, where the configuration names no other. */
export async function openHouseSkills(
  { config, env, logger, metrics, root }: Ground,
  sandbox: SandboxApi,
  memory?: MemoryApi,
): Promise<HouseSkills> {
  const own = join(config.data_dir, 'skills');
  await mkdir(own, { recursive: true, mode: 0o755 });
  const source = createSkills({
    config: config.tools.skills,
    sandbox,
    logger,
    env,
    dataDir: config.data_dir,
    dirs: [own, join(root, 'skills')],
    reserved: shippedToolNames(config.tools),
    newId: () => randomUUID().slice(0, 8),
    ...(memory ? { memory } : {}),
  });
  metrics.gauge(
    'holdfast_skills',
    'Skills in use.',
    () => source.status().filter(({ version }) => version !== '').length,
  );
  metrics.gauge('holdfast_skill_processes', 'Processes and threads of skills.', () =>
    source.status().reduce((sum, { hosts }) => sum + hosts, 0),
  );
  let started: Promise<void> = Promise.resolve();
  return {
    source,
    api: skillsApi(source),
    start() {
      started = source
        .start()
        .catch((error: unknown) => logger.error({ err: error }, 'The skills could not be loaded.'));
    },
    async close() {
      await started;
      await source.close();
    },
  };
}
