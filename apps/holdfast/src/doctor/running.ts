import { readdir, statfs } from 'node:fs/promises';

import type { DoctorReport as GatewayReport } from '@holdfast/gateway';
import type { ModelRegistry } from '@holdfast/models';
import type { McpApi, MemoryApi, SkillsApi } from '@holdfast/protocol';
import type { SandboxService } from '@holdfast/sandbox';
import type { Database, Locks } from '@holdfast/storage';
import { tracesUrl } from '@holdfast/telemetry';

import type { Ground } from '../house.ts';
import { checkChromium } from './chromium.ts';
import { checkLocks } from './locks.ts';
import { checkMemory } from './memory.ts';
import { checkGit, checkNode, checkOtlp, codeOf } from './machine.ts';
import { broken, type DoctorCheck, works } from './report.ts';
import { checkSandbox } from './sandbox.ts';
import { checkModels } from './services.ts';
import { checkMcp, checkSkills } from './tools.ts';

/** The parts of a running server. */
export interface RunningParts {
  readonly database: Database;
  readonly locks: Locks;
  readonly sandbox: Pick<SandboxService, 'probe' | 'state'>;
  readonly models: ModelRegistry;
  readonly mcp: McpApi;
  readonly skills: SkillsApi;
  /** Undefined: memory is switched off. */
  readonly memory: MemoryApi | undefined;
}

/** What `GET /api/v1/doctor` answers: the parts of this very process, each used once. Models are not called. */
export async function diagnoseRunning(ground: Ground, parts: RunningParts): Promise<GatewayReport> {
  const { config, env } = ground;
  const otlp = config.telemetry.otlp_endpoint || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const used = await Promise.all([
    checkGit(),
    checkSpace(config.data_dir),
    checkDatabase(parts.database),
    checkLocks(parts.locks, config.storage),
    checkSandbox(parts.sandbox, config.sandbox),
    checkModels(parts.models, false),
    checkChromium(config, env),
    checkMcp(parts.mcp),
    checkSkills(parts.skills),
    checkMemory(parts.memory),
    otlp ? checkOtlp(tracesUrl(otlp), config.telemetry.otlp_headers) : undefined,
  ]);
  const checks = [checkNode(process.versions.node), ...used.flat().filter((check) => check !== undefined)];
  return {
    ok: checks.every((check) => check.status !== 'fail'),
    checks: checks.map(({ detail, fix, id, status, summary }) => ({
      name: id,
      ok: status !== 'fail',
      verdict: [summary, detail, fix].filter((text) => text !== '').join('\n'),
    })),
  };
}

async function checkSpace(dataDir: string): Promise<DoctorCheck> {
  try {
    const [{ bavail, bsize }] = await Promise.all([statfs(dataDir), readdir(dataDir)]);
    return works('data_dir', `${dataDir}, ${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free.`);
  } catch (error) {
    return broken('data_dir', `${dataDir} cannot be read (${codeOf(error)}).`, 'Check that the disk is mounted.');
  }
}

async function checkDatabase(database: Database): Promise<DoctorCheck> {
  const id = database.dialect;
  try {
    const began = performance.now();
    await database.transact([{ sql: 'select 1 as answer', params: [] }]);
    return works(id, `The database took a transaction in ${(performance.now() - began).toFixed(1)} ms.`);
  } catch (error) {
    return broken(id, `The database does not answer (${codeOf(error)}).`, 'See the log of the server.');
  }
}
