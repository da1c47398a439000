import { HoldfastError } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';

import type { PolicyConfig } from './config.ts';
import { type Budget, type Decision, decide, MICROS, type Rate } from './decide.ts';
import type { Ledger } from './ledger/ledger.ts';
import { Rates } from './rates.ts';

/** Whose call of which tool. */
export interface GatedCall {
  readonly tool: string;
  readonly tenant: string;
  /** Empty: no run, as in a dry run that names none. */
  readonly runId: string;
}

/** Why a call may not be made now, in words for a model. */
export interface GateRefusal {
  readonly code: 'REFUSED' | 'RATE_LIMITED' | 'LIMIT_EXCEEDED';
  readonly message: string;
}

/** How one call ended, for whoever counts. */
export interface ToolCalled {
  readonly tool: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  /** US dollars; 0 where nothing is known of a price. */
  readonly usd: number;
}

/** What is left of the rates and budgets that hold for a call. */
export interface Room {
  readonly rates: readonly { readonly rate: Rate; readonly left: number; readonly waitMs: number }[];
  readonly budgets: readonly { readonly budget: Budget; readonly spentMicros: number }[];
}

/** What the gate is made of. */
export interface GateDeps {
  readonly policy: PolicyConfig;
  readonly ledger: Ledger;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly logger: Logger;
  /** Told of every call that has ended. */
  readonly called?: (call: ToolCalled) => void;
}

/** Holds calls to the policy of tools (TL-5): who may call what, how often, and for how much money. */
export class Gate {
  readonly #deps: GateDeps;
  readonly #rates: Rates;

  constructor(deps: GateDeps) {
    this.#deps = deps;
    this.#rates = new Rates(deps.clock.monotonic);
  }

  /** What the policy says. Pure. */
  decide(tool: string, tenant: string): Decision {
    return decide(this.#deps.policy, { tool, tenant });
  }

  /** What is left of rates and budgets. Takes nothing. */
  async room(call: GatedCall, decision = this.decide(call.tool, call.tenant)): Promise<Room> {
    const rates = decision.rates.map((rate) => ({ rate, ...this.#rates.look(rate, ownerOf(rate, call)) }));
    const budgets = await Promise.all(
      decision.budgets
        .filter((budget) => budget.of === 'day' || call.runId !== '')
        .map(async (budget) => {
          const spent = await this.#deps.ledger.spent(call.tenant, this.#scopeOf(budget, call));
          return { budget, spentMicros: spent.get(budget.key) ?? 0 };
        }),
    );
    return { rates, budgets };
  }

  /** Why the call may not be made now; undefined: it may. Takes nothing. */
  async look(call: GatedCall): Promise<GateRefusal | undefined> {
    const decision = this.decide(call.tool, call.tenant);
    if (decision.denied !== undefined) return denied(call.tool, decision.denied);
    return refusalOf(call.tool, decision, await this.room(call, decision));
  }

  /** Takes a call from its rates, and its price from its budgets, before it is made; or says why it may not be made. */
  async begin(call: GatedCall): Promise<GateRefusal | undefined> {
    const decision = this.decide(call.tool, call.tenant);
    if (decision.denied !== undefined) return denied(call.tool, decision.denied);
    const rates = decision.rates.map((rate) => ({ rate, ...this.#rates.look(rate, ownerOf(rate, call)) }));
    const refusal = refusalOf(call.tool, decision, { rates, budgets: [] });
    if (refusal) return refusal;
    // Taken before anything is waited for: calls of the same moment see each other.
    for (const { rate } of rates) this.#rates.take(rate, ownerOf(rate, call));
    if (decision.costMicros === 0) return undefined;
    const reservations = decision.budgets.map((budget) => ({
      scope: this.#scopeOf(budget, call),
      budget: budget.key,
      micros: decision.costMicros,
      limit: budget.micros,
    }));
    try {
      await this.#deps.ledger.reserve(call.tenant, reservations);
      return undefined;
    } catch (error) {
      if (!HoldfastError.has(error, 'LIMIT_EXCEEDED')) throw error;
      const room = await this.room(call, decision);
      return (
        refusalOf(call.tool, decision, { ...room, rates: [] }) ?? { code: 'LIMIT_EXCEEDED', message: error.message }
      );
    }
  }

  /** Counts a call that has ended. What it cost stays spent however it ended. Failing to count is told to the log. */
  async ended(call: GatedCall, outcome: string): Promise<void> {
    const { costMicros: micros } = this.decide(call.tool, call.tenant);
    const { ledger, logger, called } = this.#deps;
    called?.({ tool: call.tool, outcome, usd: micros / MICROS });
    try {
      await ledger.count({ ...call, day: this.today(), failed: outcome !== 'ok', micros });
    } catch (err) {
      logger.error({ err, tool: call.tool, run_id: call.runId }, 'A call of a tool could not be counted.');
    }
  }

  /** Forgets what was counted for a run that has ended. */
  async forgetRun(tenant: string, runId: string): Promise<void> {
    this.#rates.forget(runOwner({ tenant, runId }));
    if (!this.#deps.policy.rules.some(({ budget }) => budget?.run_usd !== undefined)) return;
    await this.#deps.ledger.forget(tenant, `run:${runId}`);
  }

  /** The day that it is, UTC. */
  today(): string {
    return new Date(this.#deps.clock.now()).toISOString().slice(0, 10);
  }

  #scopeOf({ of }: Budget, { runId }: GatedCall): string {
    return of === 'run' ? `run:${runId}` : `day:${this.today()}`;
  }
}

function ownerOf(rate: Rate, call: GatedCall): string {
  return rate.of === 'run' ? runOwner(call) : `tenant ${call.tenant}`;
}

function runOwner({ tenant, runId }: Pick<GatedCall, 'tenant' | 'runId'>): string {
  return `run ${tenant} ${runId}`;
}

function denied(tool: string, pattern: string): GateRefusal {
  const message = `The policy of this platform does not allow ${tool} here (rule: ${pattern}). Do it in another way, or say that it cannot be done.`;
  return { code: 'REFUSED', message };
}

function refusalOf(tool: string, { costMicros }: Decision, { rates, budgets }: Room): GateRefusal | undefined {
  const full = rates.filter(({ left }) => left < 1).toSorted((a, b) => b.waitMs - a.waitMs)[0];
  if (full) {
    const { rate, waitMs } = full;
    const message = `${tool} may not be called now: at most ${rate.calls} calls of ${rate.tools} per ${rate.per} and ${rate.of}. Nothing was done. Try again in ${Math.ceil(waitMs / 1000)} s, or go on without it.`;
    return { code: 'RATE_LIMITED', message };
  }
  const short = budgets.find(({ budget, spentMicros }) => spentMicros + costMicros > budget.micros);
  if (!short || costMicros === 0) return undefined;
  const { budget, spentMicros } = short;
  const whose = budget.of === 'run' ? 'this run' : 'today';
  const message = `${tool} costs ${usd(costMicros)} a call, and of the ${usd(budget.micros)} for ${budget.key} ${usd(spentMicros)} are spent ${budget.of === 'run' ? `in ${whose}` : whose}. Nothing was done. Go on without it.`;
  return { code: 'LIMIT_EXCEEDED', message };
}

function usd(micros: number): string {
  return `${micros / MICROS} USD`;
}
