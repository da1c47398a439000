import { join } from 'node:path';

import type { MemoryApi, SandboxApi } from '@holdfast/protocol';
import { openRedis, type RedisClient } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';

import type { SkillsConfig } from './config.ts';
import { filesProvider } from './providers/files.ts';
import { loggerProvider } from './providers/logger.ts';
import { memoryProvider } from './providers/memory.ts';
import type { SkillProvider } from './providers/provider.ts';
import { redisProvider } from './providers/redis.ts';
import { SkillSource } from './source.ts';

/** What skills take from the outside. */
export interface SkillsDeps {
  readonly config: SkillsConfig;
  /** Where every process is started. */
  readonly sandbox: SandboxApi;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dataDir: string;
  /** Folders of skills where the configuration names none: the first one keeps a name that two have. */
  readonly dirs: readonly string[];
  /** Names of tools that are not to be had. */
  readonly reserved: ReadonlySet<string>;
  readonly newId: () => string;
  /** What people and agents remember, for skills that have the right to it. Left out: there is none. */
  readonly memory?: MemoryApi;
  /** Further things to inject, by the name of their token. */
  readonly providers?: ReadonlyMap<string, SkillProvider>;
}

/** Skills of an installation. Nothing is loaded before `start`. */
export function createSkills(deps: SkillsDeps): SkillSource {
  const { config, logger, dataDir } = deps;
  const redis: RedisClient | undefined = config.redis_url === undefined ? undefined : openRedis(config.redis_url);
  return new SkillSource({
    sandbox: deps.sandbox,
    config,
    logger,
    env: deps.env,
    newId: deps.newId,
    reserved: deps.reserved,
    dirs: config.dirs ?? deps.dirs,
    cache: join(dataDir, 'skills-cache'),
    state: join(dataDir, 'skills-state'),
    providers: new Map<string, SkillProvider>([
      ['logger', loggerProvider(logger)],
      ['files', filesProvider],
      ...(deps.memory ? ([['memory', memoryProvider(deps.memory)]] as const) : []),
      ...(redis ? ([['redis', redisProvider(redis)]] as const) : []),
      ...(deps.providers ?? []),
    ]),
    onClose: async () => redis?.close(),
  });
}
