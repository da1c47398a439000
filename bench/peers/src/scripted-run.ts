/**
 * What the peers' processes share: the scripted model's parts, the tools' effects, and the places at which a process
 * can be killed. A peer has no named fault points, so the harness's names stand for the nearest moments that can be
 * seen from outside, from within the model and the tools:
 *
 * | point         | of a tool call t1.2                        | of a model call m1                        |
 * |---------------|--------------------------------------------|-------------------------------------------|
 * | before-intent | the tool is entered                        | the model is called                       |
 * | after-intent  | just before the effect                     | just before its first piece               |
 * | inside-model  |                                            | after its first piece                     |
 * | inside-tool   | just after the effect                      |                                           |
 * | after-effect  | a while after the effect, before returning | after its last piece                      |
 * | after-outcome | the model is called with the result        | its tool call is entered, or the run ended |
 */
import type { Faults } from '@holdfast/agent';
import type { Message, ModelPart } from '@holdfast/models';

import type { Ledger } from '../../../tests/src/crash/effect-tools.ts';
import { type Scenario, scriptedModel } from '../../../tests/src/crash/scenario.ts';

/** The one run of a peer's process. */
export const RUN = 'run-0';

/** The names of the tools, as in the harness. */
export const TOOLS = ['effect_read', 'effect_idempotent', 'effect_write', 'effect_reconcilable'] as const;

/** What the scripted model gives to a tool. */
export interface EffectArguments {
  readonly step: number;
  readonly index: number;
  readonly delay_ms: number;
}

/** The roles of a conversation: all that the scripted model looks at. */
export type Role = 'system' | 'user' | 'assistant' | 'tool';

/** One run of a scenario, seen by its model and its tools. */
export class ScriptedRun {
  readonly #scenario: Scenario;
  readonly #ledger: Ledger;
  readonly #faults: Faults;

  constructor(scenario: Scenario, ledger: Ledger, faults: Faults) {
    this.#scenario = scenario;
    this.#ledger = ledger;
    this.#faults = faults;
  }

  /** The answer of the harness's own scripted model to a conversation of these roles. */
  async *answer(roles: readonly Role[]): AsyncGenerator<ModelPart, void, undefined> {
    const step = roles.filter((role) => role === 'assistant').length;
    const action = `m${step + 1}`;
    for (const index of (this.#scenario.steps[step - 1] ?? []).keys())
      this.#faults('after-outcome', `t${step}.${index}`);
    this.#faults('before-intent', action);
    const call = { messages: messagesOf(roles), tools: [], parameters: {}, signal: new AbortController().signal };
    let pieces = 0;
    for await (const part of scriptedModel(this.#scenario).stream(call)) {
      if (pieces === 0) this.#faults('after-intent', action);
      yield part;
      pieces += 1;
      this.#faults('inside-model', action);
    }
    this.#faults('after-effect', action);
  }

  /** Makes the effect of a tool call happen, under the key that the same call has on every attempt. */
  async perform(tool: string, { step, index, delay_ms }: EffectArguments): Promise<{ key: string }> {
    const action = `t${step + 1}.${index}`;
    const key = `${RUN}:${action}`;
    this.#faults('after-outcome', `m${step + 1}`);
    this.#faults('before-intent', action);
    if (delay_ms > 0) await new Promise((resolve) => setTimeout(resolve, delay_ms));
    this.#faults('after-intent', action);
    this.#ledger.add({ key, tool, pid: process.pid });
    this.#faults('inside-tool', action);
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.#faults('after-effect', action);
    return { key };
  }

  /** Tells that the peer has called the run ended. */
  ended(): void {
    this.#faults('after-outcome', `m${this.#scenario.steps.length + 1}`);
  }
}

function messagesOf(roles: readonly Role[]): Message[] {
  return roles.map((role): Message => {
    switch (role) {
      case 'assistant':
        return { role, parts: [] };
      case 'tool':
        return { role, callId: '', name: '', ok: true, value: {} };
      case 'system':
      case 'user':
        return { role, text: '' };
    }
  });
}
