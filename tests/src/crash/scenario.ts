import type { Message, Model, ModelPart, TokenUsage } from '@holdfast/models';
import type { JsonObject } from '@holdfast/protocol';

/** One tool call that the scripted model makes. */
export interface ScriptedCall {
  readonly tool: 'effect_read' | 'effect_idempotent' | 'effect_write' | 'effect_reconcilable';
  readonly delayMs: number;
}

/** What the scripted model does: one list of parallel calls per step, then its final answer. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly (readonly ScriptedCall[])[];
  /** Pause between two pieces of streamed text, milliseconds. */
  readonly chunkMs: number;
}

const USAGE: TokenUsage = { inputTokens: 7, outputTokens: 3, cachedInputTokens: 0 };

/**
 * A model whose answer follows from the message history alone, as a provider's would not: so the same run gives the
 * same calls however often it is interrupted, and whatever differs is the platform's doing.
 */
export function scriptedModel(scenario: Scenario): Model {
  return {
    id: `scripted/${scenario.name}`,
    playbook: false,
    async *stream({ messages, signal }): AsyncGenerator<ModelPart, void, undefined> {
      const step = messages.filter((message) => message.role === 'assistant').length;
      const calls = scenario.steps[step];
      const text = calls ? `Step ${step + 1}.` : `Done: ${describe(messages)}`;
      for (const delta of text.match(/.{1,4}/gs) ?? []) {
        if (scenario.chunkMs > 0) await pause(scenario.chunkMs, signal);
        yield { type: 'text', delta };
      }
      yield { type: 'part', part: { type: 'text', text } };
      for (const [index, call] of (calls ?? []).entries()) {
        const args: JsonObject = { step, index, delay_ms: call.delayMs };
        yield { type: 'part', part: { type: 'tool-call', id: `s${step}c${index}`, name: call.tool, arguments: args } };
      }
      yield {
        type: 'finish',
        model: `scripted/${scenario.name}`,
        reason: calls ? 'tool-calls' : 'stop',
        usage: USAGE,
        costUsd: 0,
      };
    },
  };
}

function describe(messages: readonly Message[]): string {
  return `${messages.filter((message) => message.role === 'tool').length} results`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** One call of `tool`, and five parallel ones of which it is the third. */
export function matrixScenarios(tool: ScriptedCall['tool']): { alone: Scenario; parallel: Scenario } {
  const sibling: ScriptedCall = { tool: 'effect_write', delayMs: 0 };
  const slow: ScriptedCall = { tool, delayMs: 150 };
  return {
    alone: { name: `${tool}-alone`, steps: [[{ tool, delayMs: 0 }]], chunkMs: 1 },
    parallel: { name: `${tool}-parallel`, steps: [[sibling, sibling, slow, sibling, sibling]], chunkMs: 1 },
  };
}

/** Ten steps, alternating kinds, now and then two calls at once: twenty actions and more. */
export function soakScenario(): Scenario {
  const kinds: ScriptedCall['tool'][] = ['effect_read', 'effect_idempotent', 'effect_write', 'effect_reconcilable'];
  const steps = Array.from({ length: 10 }, (_, step) => {
    const call = (offset: number): ScriptedCall => ({
      tool: kinds[(step + offset) % kinds.length] ?? 'effect_read',
      delayMs: (step * 7 + offset * 3) % 20,
    });
    return step % 3 === 2 ? [call(0), call(1)] : [call(0)];
  });
  return { name: 'soak', steps, chunkMs: 2 };
}

/** The scenario of a name, so that a restarted process finds the same one. */
export function scenarioOf(name: string): Scenario {
  if (name === 'soak') return soakScenario();
  const match = /^(effect_\w+)-(alone|parallel)$/.exec(name);
  if (!match) throw new Error(`no scenario ${name}`);
  return matrixScenarios(match[1] as ScriptedCall['tool'])[match[2] as 'alone' | 'parallel'];
}
