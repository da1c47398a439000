import { matchesGlob } from 'node:path';

import type { PolicyConfig, PolicyRule } from './config.ts';

/** How often may be called, by whom it is counted. */
export interface Rate {
  /** The same for the same rule. */
  readonly key: string;
  /** The patterns of the rule. */
  readonly tools: string;
  readonly calls: number;
  readonly per: 'minute' | 'hour';
  readonly of: 'tenant' | 'run';
}

/** How much may be spent in a run or on a day, millionths of a US dollar. */
export interface Budget {
  /** The patterns of the rule: the same also after a restart. */
  readonly key: string;
  readonly of: 'run' | 'day';
  readonly micros: number;
}

/** What the policy says of the calls of one tool by one tenant. Undefined: nothing. */
export interface Decision {
  /** The pattern of the rule that denies it. */
  readonly denied: string | undefined;
  readonly approval: 'always' | 'none' | undefined;
  readonly timeoutMs: number | undefined;
  /** Bytes of JSON. */
  readonly maxResultBytes: number | undefined;
  /** Millionths of a US dollar. */
  readonly costMicros: number;
  readonly rates: readonly Rate[];
  readonly budgets: readonly Budget[];
}

/** Millionths in one. */
export const MICROS = 1_000_000;

/** What the rules say, one after another: the last that says something of it counts; rates and budgets all hold. Pure. */
export function decide(policy: PolicyConfig, { tool, tenant }: { tool: string; tenant: string }): Decision {
  const fitting = policy.rules.filter((rule) => fits(rule, tool, tenant));
  const last = (said: (rule: PolicyRule) => unknown) => fitting.findLast((rule) => said(rule) !== undefined);
  const access = last((rule) => rule.access);
  return {
    denied: access?.access === 'deny' ? access.tools.find((pattern) => matchesGlob(tool, pattern)) : undefined,
    approval: last((rule) => rule.approval)?.approval,
    timeoutMs: last((rule) => rule.timeout_ms)?.timeout_ms,
    maxResultBytes: last((rule) => rule.max_result_bytes)?.max_result_bytes,
    costMicros: Math.round((last((rule) => rule.usd_per_call)?.usd_per_call ?? 0) * MICROS),
    rates: fitting.flatMap(ratesOf),
    budgets: narrowest(fitting.flatMap(budgetsOf)),
  };
}

function ratesOf({ rate, tools: patterns }: PolicyRule): Rate[] {
  const tools = keyOf(patterns);
  return rate ? [{ ...rate, tools, key: `${tools} ${rate.per} ${rate.of}` }] : [];
}

/** The budgets of a rule. */
export function budgetsOf({ budget, tools }: PolicyRule): Budget[] {
  const key = keyOf(tools);
  const { run_usd: run, tenant_day_usd: day } = budget ?? {};
  return [
    ...(run === undefined ? [] : [{ key, of: 'run' as const, micros: Math.round(run * MICROS) }]),
    ...(day === undefined ? [] : [{ key, of: 'day' as const, micros: Math.round(day * MICROS) }]),
  ];
}

/** Whether a rule is for a tenant. */
export function isFor({ tenants }: PolicyRule, tenant: string): boolean {
  return tenants?.some((pattern) => matchesGlob(tenant, pattern)) ?? true;
}

/** Of several limits of one budget the smallest. */
function narrowest(budgets: readonly Budget[]): Budget[] {
  const least = new Map<string, Budget>();
  for (const budget of budgets) {
    const key = `${budget.of} ${budget.key}`;
    const other = least.get(key);
    if (!other || budget.micros < other.micros) least.set(key, budget);
  }
  return [...least.values()];
}

function fits(rule: PolicyRule, tool: string, tenant: string): boolean {
  return isFor(rule, tenant) && rule.tools.some((pattern) => matchesGlob(tool, pattern));
}

function keyOf(tools: readonly string[]): string {
  return tools.toSorted().join(', ');
}
