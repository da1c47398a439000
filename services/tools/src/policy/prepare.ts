import { commonpb, create, HoldfastError, type JsonObject, toolspb } from '@holdfast/protocol';

import type { CallLimits } from '../call.ts';
import { checkArguments, type Registry } from '../registry.ts';
import { MAX_RESULT_BYTES } from '../result.ts';
import type { ToolModule } from '../tool.ts';
import { APPROVALS, EFFECTS } from '../words.ts';
import type { PolicyConfig } from './config.ts';
import type { Decision } from './decide.ts';
import type { Gate, GatedCall } from './gate.ts';

/** What a call is looked at with. */
export interface PrepareDeps {
  readonly registry: Registry;
  readonly gate: Gate;
  readonly policy: PolicyConfig;
}

/** Sources whose tools bound themselves. */
const SHIPPED: ReadonlySet<string> = new Set(['builtin', 'browser', 'files']);

/** Whether a human approves each call of one tenant. */
export function approvalOf(module: ToolModule, { approval }: Decision, registry: Registry): toolspb.Approval {
  return APPROVALS[approval ?? registry.approvalOf(module)];
}

/**
 * The bounds of a call.
 *
 * @param args left out: of any call
 */
export function limitsOf(
  module: ToolModule,
  { timeoutMs, maxResultBytes }: Decision,
  policy: PolicyConfig,
  args?: Record<string, unknown>,
): CallLimits {
  const own = (args && module.timeoutOf?.(args)) ?? module.timeoutMs;
  const usual = SHIPPED.has(module.source ?? 'builtin') ? MAX_RESULT_BYTES : policy.max_result_bytes;
  return {
    timeoutMs: Math.min(own, timeoutMs ?? own),
    maxResultBytes: maxResultBytes ?? module.maxResultBytes ?? usual,
  };
}

/** A look at a call before its intent: takes nothing from rates and budgets, and starts nothing. */
export async function prepare(
  call: GatedCall,
  given: JsonObject,
  { registry, gate, policy }: PrepareDeps,
): Promise<toolspb.PrepareCallResponse> {
  try {
    const module = registry.get(call.tool);
    const decision = gate.decide(call.tool, call.tenant);
    const checked = checkArguments(module, given);
    // That it is denied matters more than what is wrong with the arguments.
    const problem = (decision.denied === undefined && checked.problem) || (await gate.look(call));
    return create(toolspb.PrepareCallResponseSchema, {
      effect: EFFECTS[checked.problem ? module.effect : (module.effectOf?.(checked.args) ?? module.effect)],
      approval: approvalOf(module, decision, registry),
      reconcilable: module.reconcile !== undefined,
      timeoutMs: limitsOf(module, decision, policy, checked.problem ? undefined : checked.args).timeoutMs,
      ...(problem ? { problem: create(commonpb.ErrorDetailSchema, problem) } : {}),
    });
  } catch (thrown) {
    const { code, message } = HoldfastError.from(thrown);
    const problem = create(commonpb.ErrorDetailSchema, { code, message });
    return create(toolspb.PrepareCallResponseSchema, { effect: EFFECTS.read, approval: APPROVALS.none, problem });
  }
}
