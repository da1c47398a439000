export type { ContextInit, EgressContext, EgressCounters } from './context.ts';
export { createEgress, type Egress, type EgressOptions } from './egress.ts';
export { DEFAULT_EGRESS_LIMITS, type EgressLimits, type LimitKeys } from './limits.ts';
export type { EgressListener, ListenAt } from './listen.ts';
export {
  type AllowEntry,
  compilePolicy,
  type EgressPolicy,
  type EgressRules,
  type EgressWish,
  narrowPolicy,
} from './policy/policy.ts';
export { isPresetName, type PresetName, PRESETS } from './policy/presets.ts';
export type { DecisionRecord } from './record.ts';
export type { Dial } from './upstream/dial.ts';
export type { Resolve } from './upstream/resolve.ts';
