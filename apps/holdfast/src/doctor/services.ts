import { CONNECT_A_MODEL, type ModelRegistry, openModels, systemModelClock } from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';

import type { Environment } from '../config/paths.ts';
import type { Config } from '../config/schema.ts';
import { codeOf } from './machine.ts';
import { broken, type DoctorCheck, look, works } from './report.ts';

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
