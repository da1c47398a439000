import { commonpb, create, HoldfastError, type SandboxApi, type ToolsApi, toolspb } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';

import { pdfApi } from './browser/api.ts';
import type { PdfPrinter } from './browser/print-pdf.ts';
import { type CheckedCall, perform, quietContext } from './call.ts';
import type { ToolsConfig } from './config.ts';
import { historyApi } from './history/api.ts';
import { FileHistory } from './history/history.ts';
import { toolModules } from './modules.ts';
import { checkArguments, Registry } from './registry.ts';
import { resultOf } from './result.ts';
import { keyOf, Sandboxes } from './sandboxes.ts';
import type { Effect, ToolModule, ToolSource } from './tool.ts';

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
}

const EFFECTS: Record<Effect, commonpb.Effect> = {
  read: commonpb.Effect.READ,
  idempotent: commonpb.Effect.IDEMPOTENT,
  write: commonpb.Effect.WRITE,
};
const APPROVALS = { none: toolspb.Approval.NONE, always: toolspb.Approval.ALWAYS };

/**
 * The tools service in this process. It holds nothing but the sandboxes of runs that go on, and what is known of their
 * files: the sandboxes of a process that died died with it, and are made again when a resumed run needs them.
 *
 * @throws HoldfastError CONFIG_INVALID for an approval of a tool that is not there.
 */
export function createToolsService(deps: ToolsServiceDeps): ToolsApi {
  const registry = new Registry(deps.modules ?? toolModules(deps.config), deps.config.approvals, deps.sources);
  const sandboxes = new Sandboxes(deps.sandbox);
  const history = new FileHistory(() => deps.clock.now());
  const calls = { sandboxes, clock: deps.clock, logger: deps.logger, history };
  return {
    async listTools({ knownRevision }) {
      const { revision } = registry;
      if (knownRevision === revision) return create(toolspb.ListToolsResponseSchema, { revision });
      const tools = registry.all().map((module) => describe(module, registry));
      return create(toolspb.ListToolsResponseSchema, { tools, revision });
    },

    async prepareCall({ tool, arguments: given = {} }) {
      try {
        const module = registry.get(tool);
        const checked = checkArguments(module, given);
        return create(toolspb.PrepareCallResponseSchema, {
          effect: EFFECTS[checked.problem ? module.effect : (module.effectOf?.(checked.args) ?? module.effect)],
          approval: APPROVALS[registry.approvalOf(module)],
          reconcilable: module.reconcile !== undefined,
          timeoutMs: checked.problem ? module.timeoutMs : (module.timeoutOf?.(checked.args) ?? module.timeoutMs),
          ...(checked.problem ? { problem: create(commonpb.ErrorDetailSchema, checked.problem) } : {}),
        });
      } catch (thrown) {
        const { code, message } = HoldfastError.from(thrown);
        const problem = create(commonpb.ErrorDetailSchema, { code, message });
        return create(toolspb.PrepareCallResponseSchema, { effect: EFFECTS.read, approval: APPROVALS.none, problem });
      }
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
        yield* perform({ module, args: checked.args, request, signal: options?.signal }, calls);
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
      };
      const reconciled = await module.reconcile(checked.args, quietContext(call, calls));
      if (reconciled.verdict === 'done') {
        const result = resultOf(reconciled.outcome);
        return create(toolspb.ReconcileResponseSchema, { verdict: toolspb.Reconciliation.DONE, result });
      }
      if (reconciled.verdict === 'unknown') return unknown;
      return create(toolspb.ReconcileResponseSchema, { verdict: toolspb.Reconciliation.NOT_DONE });
    },

    async releaseRun({ caller, runId }) {
      await sandboxes.release({ caller, runId });
      await history.release(keyOf({ caller, runId }));
      const run = { tenant: caller?.tenant ?? '', runId };
      await Promise.all((deps.sources ?? []).map(async (source) => source.releaseRun?.(run)));
      return create(toolspb.ReleaseRunResponseSchema);
    },

    ...historyApi(history),
    ...pdfApi(deps.pdf),
  };
}

function describe(module: ToolModule, registry: Registry): toolspb.Tool {
  return create(toolspb.ToolSchema, {
    name: module.name,
    description: module.description,
    parameters: module.input.schema,
    effect: EFFECTS[module.effect],
    approval: APPROVALS[registry.approvalOf(module)],
    reconcilable: module.reconcile !== undefined,
    timeoutMs: module.timeoutMs,
    asksHuman: module.asksHuman === true,
    deferred: module.deferred === true,
    source: module.source ?? 'builtin',
  });
}
