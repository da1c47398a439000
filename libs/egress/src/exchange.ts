import type { Clock } from '@holdfast/telemetry';

import type { EgressContext } from './context.ts';
import type { Target } from './policy/target.ts';
import type { DecisionRecord } from './record.ts';
import { type Refusal, upstreamSlow } from './refusal.ts';
import type { Meter } from './upstream/metered-stream.ts';

/** What an exchange needs of the proxy. */
export interface ExchangeDeps {
  readonly clock: Clock;
  readonly onDecision: (record: DecisionRecord) => void;
  readonly nextId: () => number;
}

/**
 * One request or tunnel, from its coming to its end: writes its records, counts its bytes, and ends it when it is idle
 * or over a limit.
 */
export class Exchange implements Meter {
  readonly context: EgressContext;
  readonly #deps: ExchangeDeps;
  readonly #id: number;
  readonly #verb: string;
  readonly #at: number;
  readonly #began: number;
  #target: Target | undefined;
  #rule = 'default';
  #address: string | undefined;
  #bytesUp = 0;
  #bytesDown = 0;
  #cut: Refusal | undefined;
  #onCut: (() => void) | undefined;
  #idle: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(deps: ExchangeDeps, context: EgressContext, verb: string) {
    this.#deps = deps;
    this.context = context;
    this.#id = deps.nextId();
    this.#verb = verb;
    this.#at = deps.clock.now();
    this.#began = deps.clock.monotonic();
    context.countRequest();
  }

  /** Where it wants to go, as soon as that could be read. */
  aim(target: Target): void {
    this.#target = target;
  }

  /** It is let through. */
  allow(rule: string, address: string): void {
    this.#rule = rule;
    this.#address = address;
    this.#write('decided', 'allow', '');
  }

  /** The address that was really reached. From now on `onCut` ends the exchange when it is idle or over a limit. */
  reached(address: string, onCut: () => void): void {
    this.#address = address;
    this.#onCut = onCut;
    this.#idle = setTimeout(() => {
      const { idleMs } = this.context.limits;
      this.cut(upstreamSlow(this.#rule, `no byte passed for ${idleMs} ms`));
    }, this.context.limits.idleMs);
  }

  get rule(): string {
    return this.#rule;
  }

  /** Why it was ended from here, if it was. */
  get cutBy(): Refusal | undefined {
    return this.#cut;
  }

  /** Ends it from here. The first reason counts. */
  cut(why: Refusal): void {
    this.#cut ??= why;
    this.#onCut?.();
  }

  count(direction: 'up' | 'down', bytes: number): boolean {
    this.#idle?.refresh();
    if (!this.context.countBytes(direction, bytes)) {
      this.cut(this.context.limitReached('totalBytes'));
      return false;
    }
    if (direction === 'up') this.#bytesUp += bytes;
    else this.#bytesDown += bytes;
    return true;
  }

  /** It is over: refused, or it had been let through and has ended. Further calls change nothing. */
  end(why: Refusal | undefined, reason = ''): void {
    if (this.#ended) return;
    const refusal = why ?? this.#cut;
    this.#ended = true;
    clearTimeout(this.#idle);
    if (refusal) this.#rule = refusal.rule;
    if (refusal?.verdict === 'deny') this.context.countDenied();
    this.#write('ended', refusal?.verdict ?? 'allow', refusal?.reason ?? reason);
  }

  #write(stage: DecisionRecord['stage'], verdict: DecisionRecord['verdict'], reason: string): void {
    this.#deps.onDecision({
      id: this.#id,
      stage,
      at: this.#at,
      context: this.context.id,
      verb: this.#verb,
      host: this.#target?.host.name ?? '',
      port: this.#target?.port ?? 0,
      ...(this.#address === undefined ? {} : { address: this.#address }),
      verdict,
      rule: this.#rule,
      reason,
      bytesUp: this.#bytesUp,
      bytesDown: this.#bytesDown,
      durationMs: this.#deps.clock.monotonic() - this.#began,
    });
  }
}
