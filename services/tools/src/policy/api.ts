import { create, HoldfastError, type JsonObject, type ToolsApi, toolspb } from '@holdfast/protocol';

import { checkArguments } from '../registry.ts';
import type { PreviewContext, ToolModule } from '../tool.ts';
import { type Budget, budgetsOf, isFor, MICROS } from './decide.ts';
import type { GatedCall, Room } from './gate.ts';
import type { Ledger } from './ledger/ledger.ts';
import { limitsOf, prepare, type PrepareDeps } from './prepare.ts';

/** What is asked about calls beside making them. */
export type PolicyApi = Pick<ToolsApi, 'prepareCall' | 'dryRun' | 'listUsage'>;

const PREVIEW_MS = 10_000;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Looks at calls, without making them, and at what was made. */
export function policyApi(deps: PrepareDeps & { readonly ledger: Ledger }): PolicyApi {
  const { registry, gate, policy, ledger } = deps;
  return {
    async prepareCall({ caller, runId, tool, arguments: given = {} }) {
      return prepare({ tool, tenant: caller?.tenant ?? '', runId }, given, deps);
    },

    async dryRun({ caller, runId, tool, arguments: given = {}, mounts }) {
      const call: GatedCall = { tool, tenant: caller?.tenant ?? '', runId };
      const prepared = await prepare(call, given, deps);
      const module = registry.all().find(({ name }) => name === tool);
      const decision = gate.decide(tool, call.tenant);
      if (!module || decision.denied !== undefined) {
        return create(toolspb.DryRunResponseSchema, { call: prepared, noPreview: 'The call cannot be made.' });
      }
      const room = await gate.room(call, decision);
      const context: PreviewContext = {
        workspace: mounts?.workspace === '' ? undefined : mounts?.workspace,
        inputs: new Map(mounts?.inputs.map(({ name, path }) => [name, path])),
      };
      return create(toolspb.DryRunResponseSchema, {
        call: prepared,
        costUsd: decision.costMicros / MICROS,
        rates: room.rates.map(rateOf),
        budgets: room.budgets.map(({ budget, spentMicros }) => budgetOf(budget, spentMicros)),
        maxResultBytes: limitsOf(module, decision, policy).maxResultBytes,
        ...(await previewed(module, given, context)),
      });
    },

    async listUsage({ caller, since }) {
      const tenant = caller?.tenant ?? '';
      const first = since === '' ? gate.today() : since;
      if (!DAY.test(first)) {
        throw new HoldfastError('INVALID_ARGUMENT', `"${first.slice(0, 40)}" is no day. Write it as 2026-11-27.`);
      }
      const day = gate.today();
      const [usage, spent] = await Promise.all([ledger.usage(tenant, first), ledger.spent(tenant, `day:${day}`)]);
      const budgets = policy.rules
        .filter((rule) => isFor(rule, tenant))
        .flatMap(budgetsOf)
        .filter(({ of }) => of === 'day')
        .map((budget) => budgetOf(budget, spent.get(budget.key) ?? 0));
      return create(toolspb.ListUsageResponseSchema, {
        usage: usage.map(({ micros, ...one }) => ({ ...one, costUsd: micros / MICROS })),
        budgets,
      });
    },
  };
}

function rateOf({ rate, left, waitMs }: Room['rates'][number]): toolspb.ToolRate {
  const { tools, calls, per, of } = rate;
  return create(toolspb.ToolRateSchema, { tools, calls, per, of, left: Math.max(0, left), waitMs });
}

function budgetOf({ key, of, micros }: Budget, spentMicros: number): toolspb.ToolBudget {
  const limitUsd = micros / MICROS;
  return create(toolspb.ToolBudgetSchema, { tools: key, of, limitUsd, spentUsd: spentMicros / MICROS });
}

async function previewed(
  module: ToolModule,
  given: JsonObject,
  context: PreviewContext,
): Promise<{ preview: JsonObject } | { noPreview: string }> {
  const checked = checkArguments(module, given);
  if (checked.problem) return { noPreview: 'The arguments cannot be used.' };
  if (!module.preview) return { noPreview: `${module.name} cannot say beforehand what it would do.` };
  try {
    const late = new Promise<never>((_, reject) => {
      const fail = (): void => reject(new HoldfastError('TIMED_OUT', 'The preview took too long.'));
      AbortSignal.timeout(PREVIEW_MS).addEventListener('abort', fail);
    });
    return { preview: await Promise.race([module.preview(checked.args, context), late]) };
  } catch (thrown) {
    return { noPreview: HoldfastError.from(thrown, 'TOOL_FAILED', 'The preview failed inside.').message };
  }
}
