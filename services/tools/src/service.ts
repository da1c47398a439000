import { create, HoldfastError, type SandboxApi, type ToolsApi, toolspb } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';

import { pdfApi } from './browser/api.ts';
import type { PdfPrinter } from './browser/print-pdf.ts';
import { type CheckedCall, perform, quietContext } from './call.ts';
import type { ToolsConfig } from './config.ts';
import { historyApi } from './history/api.ts';
import { FileHistory } from './history/history.ts';
import { toolModules } from './modules.ts';
import { policyApi } from './policy/api.ts';
import type { Decision } from './policy/decide.ts';
import { Gate, type ToolCalled } from './policy/gate.ts';
import type { Ledger } from './policy/ledger/ledger.ts';
import { memoryLedger } from './policy/ledger/memory.ts';
import { approvalOf, limitsOf } from './policy/prepare.ts';
import { checkArguments, Registry } from './registry.ts';
import { resultOf } from './result.ts';
import { keyOf, Sandboxes } from './sandboxes.ts';
import { type FindTools, findToolsTool } from './search/find-tools.ts';
import { Finder } from './search/finder.ts';
import type { ToolModule, ToolSource } from './tool.ts';
import { EFFECTS } from './words.ts';

/** What the tools service takes from the outside. */
export interface ToolsServiceDeps {
  /** Where every process is started. */
  readonly sandbox: SandboxApi;
  readonly config: ToolsConfig;
  readonly clock: Clock;
  /** Gets what a tool threw that no model should see. */
  readonly logger: Logger;
  readonly pdf: PdfPrinter;
  /** Left out: the tools that are shipped. */
  readonly modules?: readonly ToolModule[];
  /** Where further tools come from, while the platform runs. */
  readonly sources?: readonly ToolSource[];
  /** Where money that tools cost is counted. Left out: in memory, and a restart forgets it. */
  readonly ledger?: Ledger;
  /** Told of every call that has ended. */
  readonly called?: (call: ToolCalled) => void;
}

/**
 * The tools service in this process. It holds nothing but the sandboxes of runs that go on, and what is known of their
 * files: the sandboxes of a process that died died with it, and are made again when a resumed run needs them.
 *
 * @throws HoldfastError CONFIG_INVALID for an approval of a tool that is not there.
 */
export function createToolsService(deps: ToolsServiceDeps): ToolsApi {
  const { policy } = deps.config;
  const ledger = deps.ledger ?? memoryLedger();
  const gate = new Gate({ ...deps, policy, ledger });
  const find = (wanted: Parameters<FindTools>[0]): readonly ToolModule[] => finder.find(wanted);
  const modules = [...(deps.modules ?? toolModules(deps.config)), findToolsTool(find)];
  const registry = new Registry(modules, deps.config.approvals, deps.sources);
  const finder = new Finder(registry, gate, deps.config.search);
  const sandboxes = new Sandboxes(deps.sandbox);
  const history = new FileHistory(() => deps.clock.now());
  const calls = { sandboxes, clock: deps.clock, logger: deps.logger, history };
  return {
    async listTools({ caller, knownRevision }) {
      const tenant = caller?.tenant ?? '';
      const { revision } = registry;
      if (knownRevision === revision) return create(toolspb.ListToolsResponseSchema, { revision });
      const tools = finder.listed(tenant).map((module) => describe(module, registry, gate.decide(module.name, tenant)));
      return create(toolspb.ListToolsResponseSchema, { tools, revision });
    },

    async findTools({ caller, query, limit }) {
      const tenant = caller?.tenant ?? '';
      const found = finder.find({ query: query.slice(0, 500), limit: Math.min(limit || 10, 50), tenant });
      const tools = found.map((module) => describe(module, registry, gate.decide(module.name, tenant)));
      return create(toolspb.FindToolsResponseSchema, { tools });
    },

    async *callTool(request, options) {
      const problem = (code: string, message: string) =>
        create(toolspb.CallToolResponseSchema, {
          event: {
            case: 'result',
            value: create(toolspb.ToolResultSchema, { ok: false, code, value: { error: code, message } }),
          },
        });
      try {
        const module = registry.get(request.tool);
        const checked = checkArguments(module, request.arguments ?? {});
        if (checked.problem) {
          yield problem(checked.problem.code, checked.problem.message);
          return;
        }
        const { args } = checked;
        const call = { tool: module.name, tenant: request.caller?.tenant ?? '', runId: request.runId };
        const refusal = await gate.begin(call);
        if (refusal) {
          yield problem(refusal.code, refusal.message);
          return;
        }
        const limits = limitsOf(module, gate.decide(call.tool, call.tenant), policy, args);
        yield* counted(perform({ module, args, request, signal: options?.signal, limits }, calls), (outcome) =>
          gate.ended(call, outcome),
        );
      } catch (thrown) {
        const { code, message } = HoldfastError.from(thrown);
        yield problem(code, message);
      }
    },

    async reconcile(request, options) {
      const unknown = create(toolspb.ReconcileResponseSchema, { verdict: toolspb.Reconciliation.UNKNOWN });
      const module = registry.get(request.tool);
      const checked = checkArguments(module, request.arguments ?? {});
      if (!module.reconcile || checked.problem) return unknown;
      const { $typeName: _, $unknown: __, ...fields } = request;
      const call: CheckedCall = {
        module,
        args: checked.args,
        request: create(toolspb.CallToolRequestSchema, fields),
        signal: options?.signal,
        limits: limitsOf(module, gate.decide(module.name, request.caller?.tenant ?? ''), policy),
      };
      const reconciled = await module.reconcile(checked.args, quietContext(call, calls));
      if (reconciled.verdict === 'done') {
        const result = resultOf(reconciled.outcome);
        return create(toolspb.ReconcileResponseSchema, { verdict: toolspb.Reconciliation.DONE, result });
      }
      if (reconciled.verdict === 'unknown') return unknown;
      return create(toolspb.ReconcileResponseSchema, { verdict: toolspb.Reconciliation.NOT_DONE });
    },

    async releaseRun({ caller, runId, waits }) {
      await sandboxes.release({ caller, runId });
      await history.release(keyOf({ caller, runId }));
      const run = { tenant: caller?.tenant ?? '', runId };
      const sources = deps.sources ?? [];
      if (waits) {
        await Promise.all(
          sources.map(async (source) => (source.pauseRun ? source.pauseRun(run) : source.releaseRun?.(run))),
        );
      } else {
        await gate.forgetRun(run.tenant, runId);
        await Promise.all(sources.map(async (source) => source.releaseRun?.(run)));
      }
      return create(toolspb.ReleaseRunResponseSchema);
    },

    ...policyApi({ registry, gate, policy, ledger }),
    ...historyApi(history),
    ...pdfApi(deps.pdf),
  };
}

/** Tells how a call ended once it has; that it was left is its end too. */
async function* counted(
  events: AsyncIterable<toolspb.CallToolResponse>,
  ended: (outcome: string) => Promise<void>,
): AsyncGenerator<toolspb.CallToolResponse> {
  let outcome = 'CANCELED';
  try {
    for await (const response of events) {
      if (response.event.case === 'result') outcome = response.event.value.ok ? 'ok' : response.event.value.code;
      yield response;
    }
  } finally {
    await ended(outcome);
  }
}

function describe(module: ToolModule, registry: Registry, decision: Decision): toolspb.Tool {
  return create(toolspb.ToolSchema, {
    name: module.name,
    description: module.description,
    parameters: module.input.schema,
    effect: EFFECTS[module.effect],
    approval: approvalOf(module, decision, registry),
    reconcilable: module.reconcile !== undefined,
    timeoutMs: module.timeoutMs,
    asksHuman: module.asksHuman === true,
    deferred: module.deferred === true,
    source: module.source ?? 'builtin',
  });
}
