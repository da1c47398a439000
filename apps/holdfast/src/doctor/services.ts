import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CONNECT_A_MODEL, type ModelRegistry, openModels, systemModelClock } from '@holdfast/models';
import { create, HoldfastError, type SandboxApi, sandboxpb } from '@holdfast/protocol';
import { createSandboxService, thisHost } from '@holdfast/sandbox';

import type { Environment } from '../config/paths.ts';
import type { Config } from '../config/schema.ts';
import { codeOf } from './machine.ts';
import { broken, type DoctorCheck, look, works } from './report.ts';

/** Isolation, by a service of our own: every engine really runs something. */
export async function checkOwnSandbox(config: Config): Promise<DoctorCheck> {
  // A folder of its own: the sandboxes of a service that runs meanwhile are not to be taken for leftovers.
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-doctor-'));
  const sandbox = createSandboxService({ ...config.sandbox, audit: { mode: 'off', kill: [] } }, thisHost(folder));
  try {
    return await checkSandbox(sandbox);
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Isolation, as the service that is there finds it. */
export async function checkSandbox(sandbox: SandboxApi): Promise<DoctorCheck> {
  try {
    const { chosen, engines } = await sandbox.probe(create(sandboxpb.ProbeRequestSchema));
    const detail = engines
      .map((one) => `${one.engine}: ${one.verdict}${one.works ? ` (${one.startMs.toFixed(0)} ms to start)` : ''}`)
      .join('\n');
    const engine = engines.find((one) => one.engine === chosen);
    if (!engine) {
      const fix = engines.find((one) => !one.works)?.verdict ?? 'Install bubblewrap: apt-get install bubblewrap.';
      return broken('sandbox', 'No isolation works: tools that start processes are refused.', fix, detail);
    }
    if (engine.level === sandboxpb.Level.UNISOLATED) {
      return look(
        'sandbox',
        'Commands run WITHOUT isolation, as sandbox.allow_unisolated says.',
        'Install bubblewrap and take allow_unisolated away.',
        detail,
      );
    }
    return works('sandbox', `${chosen} isolates commands.`, detail);
  } catch (error) {
    return broken('sandbox', sentence(error), 'Install bubblewrap: apt-get install bubblewrap.');
  }
}

/** The configured models, found as the server finds them; called once each only where `call` says so: it may cost money. */
export async function checkOwnModels(config: Config, env: Environment, call: boolean): Promise<DoctorCheck[]> {
  try {
    const models = await openModels(config.models, { env, fetch, clock: systemModelClock, random: Math.random });
    return await checkModels(models, call);
  } catch (error) {
    return [broken('models', sentence(error), 'Check the section models of the configuration.')];
  }
}

/** The connected models. */
export async function checkModels(models: ModelRegistry, call: boolean): Promise<DoctorCheck[]> {
  const ids = models.defaults();
  if (ids.length === 0) return [look('models', 'No model is connected: playbooks only.', CONNECT_A_MODEL)];
  if (!call) {
    return models
      .list()
      .filter((model) => model.source !== 'playbook' && (ids.includes(model.id) || !model.available))
      .map((model) =>
        model.available
          ? works(
              `model ${model.id}`,
              `Connected (${model.why}); not called.`,
              'holdfast doctor --models calls it once.',
            )
          : broken(`model ${model.id}`, `${model.why}.`, 'Set what is missing, or take it out of the configuration.'),
      );
  }
  return Promise.all(
    ids.map(async (id) => {
      const { ok, ms, costUsd, error } = await models.check(id, AbortSignal.timeout(60_000));
      const cost = costUsd === undefined ? 'cost unknown' : `$${costUsd.toFixed(6)}`;
      return ok
        ? works(`model ${id}`, `Answered in ${ms.toFixed(0)} ms (${cost}).`)
        : broken(`model ${id}`, error?.message ?? 'It did not answer.', 'Check its key, its address and its name.');
    }),
  );
}

function sentence(error: unknown): string {
  return HoldfastError.is(error) ? error.message : codeOf(error);
}
