import { HoldfastError, type JsonObject, type JsonValue } from '@holdfast/protocol';

import type { Model, ModelCall, ModelPart, TokenUsage } from '../model.ts';
import { text } from './filters.ts';
import type { ArgsTemplate, Playbook, PlaybookStep } from './playbook.ts';
import type { Scope } from './template.ts';

const NO_TOKENS: TokenUsage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
const PIECE_CHARS = 1024;
const ERROR_CHARS = 2000;

/**
 * A playbook as a model: it answers with the tool calls of its next steps, and at the end with its rendered answer.
 *
 * It keeps nothing: where it stands follows from the results in the conversation, found by the ids of its steps. It
 * throws, beside what every model throws, TOOL_FAILED where a step failed that must not, MODEL_MALFORMED where a
 * template does not render, and TASK_UNSUPPORTED for whatever a person adds to the task.
 */
export function playbookModel(playbook: Playbook): Model {
  const id = `playbook/${playbook.name}`;
  return {
    id,
    playbook: true,
    async *stream(call): AsyncGenerator<ModelPart> {
      throwIfAborted(call.signal);
      const results = resultsOf(playbook, call);
      const scope = emptyScope(playbook, call.parameters);
      const calls = nextCalls(playbook, scope, results);
      if (calls) {
        for (const part of calls) yield { type: 'part', part: { type: 'tool-call', ...part } };
      } else {
        const answer = await renderAnswer(playbook, scope);
        for (const delta of pieces(answer)) {
          throwIfAborted(call.signal);
          yield { type: 'text', delta };
        }
        yield { type: 'part', part: { type: 'text', text: answer } };
      }
      yield { type: 'finish', model: id, reason: calls ? 'tool-calls' : 'stop', usage: NO_TOKENS, costUsd: 0 };
    },
  };
}

interface Result {
  readonly ok: boolean;
  readonly value: JsonValue;
}

interface PlaybookCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: JsonObject;
}

interface FilledScope extends Scope {
  readonly steps: Record<string, JsonValue>;
  readonly ok: Record<string, boolean>;
}

function resultsOf(playbook: Playbook, call: ModelCall): Map<string, Result> {
  const results = new Map<string, Result>();
  let tasks = 0;
  for (const message of call.messages) {
    if (message.role === 'user') tasks += 1;
    if (message.role === 'tool') results.set(message.callId, message);
  }
  if (tasks > 1) {
    throw new HoldfastError(
      'TASK_UNSUPPORTED',
      `${playbook.name} is a playbook: its steps are fixed, and it cannot act on what was added to its task. The results so far are kept. Fork the run with a model to go on from them.`,
    );
  }
  return results;
}

/** Every declared name is there, as null or false, so that a condition can ask for it. */
function emptyScope(playbook: Playbook, given: JsonObject): FilledScope {
  const parameters: Record<string, JsonValue> = {};
  for (const name of Object.keys((playbook.parameters['properties'] ?? {}) as JsonObject)) parameters[name] = null;
  for (const name of playbook.hostPaths) parameters[`${name}_host`] = given[name] ?? null;
  const steps: Record<string, JsonValue> = {};
  const ok: Record<string, boolean> = {};
  for (const step of playbook.groups.flat()) {
    steps[step.id] = null;
    ok[step.id] = false;
  }
  return { parameters: { ...parameters, ...given }, steps, ok };
}

/** The calls of the first group that lacks a result; undefined when all is done. Fills `scope` on the way. */
function nextCalls(
  playbook: Playbook,
  scope: FilledScope,
  results: ReadonlyMap<string, Result>,
): PlaybookCall[] | undefined {
  for (const group of playbook.groups) {
    const steps = group.filter((step) => isWanted(playbook, step, scope));
    const open = steps.filter((step) => !results.has(step.id));
    if (open.length > 0) {
      return open.map((step) => ({ id: step.id, name: step.tool, arguments: renderArgs(playbook, step, scope) }));
    }
    for (const step of steps) {
      const { ok, value } = results.get(step.id) ?? { ok: false, value: null };
      scope.steps[step.id] = value;
      scope.ok[step.id] = ok;
      if (!ok && step.onError === 'stop') throw failedStep(playbook, step, value);
    }
  }
  return undefined;
}

function isWanted(playbook: Playbook, step: PlaybookStep, scope: Scope): boolean {
  try {
    return step.when?.holds(scope) ?? true;
  } catch (error) {
    throw unrendered(playbook, `the condition of its step "${step.id}"`, error);
  }
}

function renderArgs(playbook: Playbook, step: PlaybookStep, scope: Scope): JsonObject {
  try {
    return render(step.args, scope) as JsonObject;
  } catch (error) {
    throw unrendered(playbook, `the arguments of its step "${step.id}" (${step.tool})`, error);
  }
}

function render(args: ArgsTemplate, scope: Scope): JsonValue {
  switch (args.kind) {
    case 'literal':
      return args.value;
    case 'value':
      return args.template.render(scope);
    case 'list':
      return args.items.map((item) => render(item, scope));
    case 'object':
      return Object.fromEntries(args.entries.map(([key, item]) => [key, render(item, scope)]));
  }
}

async function renderAnswer(playbook: Playbook, scope: Scope): Promise<string> {
  try {
    return await playbook.answer.render(scope);
  } catch (error) {
    throw unrendered(playbook, 'its final answer', error);
  }
}

function unrendered(playbook: Playbook, what: string, cause: unknown): HoldfastError {
  const reason = HoldfastError.from(cause).message;
  return new HoldfastError(
    'MODEL_MALFORMED',
    `The playbook ${playbook.name} cannot render ${what}: ${reason}. The results of its steps are kept. Correct ${playbook.file}, then fork the run.`,
    { cause },
  );
}

function failedStep(playbook: Playbook, step: PlaybookStep, value: JsonValue): HoldfastError {
  return new HoldfastError(
    'TOOL_FAILED',
    `The playbook ${playbook.name} stopped at its step "${step.id}" (${step.tool}): ${sentenceOf(value)} The results of the steps before it are kept.`,
    { details: { step: step.id, tool: step.tool } },
  );
}

function sentenceOf(value: JsonValue): string {
  const message = typeof value === 'object' && value !== null && !Array.isArray(value) ? value['message'] : undefined;
  const reason = text(message ?? value).trim();
  const cut = reason.length > ERROR_CHARS ? `${reason.slice(0, ERROR_CHARS)} ...` : reason;
  return /[.!?。]$/.test(cut) ? cut : `${cut}.`;
}

/** Cuts a text into pieces at line ends, none much longer than {@link PIECE_CHARS}, no character torn. */
function* pieces(answer: string): Generator<string> {
  let start = 0;
  while (start < answer.length) {
    let end = Math.min(start + PIECE_CHARS, answer.length);
    const lineEnd = answer.lastIndexOf('\n', end - 1);
    if (end < answer.length && lineEnd > start) end = lineEnd + 1;
    else if (/[\uD800-\uDBFF]/.test(answer[end - 1] ?? '')) end += 1;
    yield answer.slice(start, end);
    start = end;
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new HoldfastError('CANCELED', 'The playbook was cancelled.');
}
