import { nearest } from '@holdfast/protocol';

import type { Intent, JournalRecord, QuestionSpec } from '../journal/record.ts';
import type { Recaller } from '../memory/recaller.ts';
import type { Move } from './machine.ts';
import { type Recording, recordedOutcome } from './replay.ts';
import { prepareCall, type ToolContext } from './tool-step.ts';
import type { AgentTool } from './toolset.ts';

/** What a move is turned into records with. */
export interface Planner {
  readonly context: ToolContext;
  readonly worker: string;
  readonly modelId: string;
  /** The tools that the agent may use: a model may name others, and is refused. */
  readonly tools: () => readonly AgentTool[];
  readonly recording: Recording | undefined;
  /** What memory is asked before a model call; undefined: there is no memory. */
  readonly recaller: Recaller | undefined;
}

/**
 * The records that a move leads to before anything is done: intents; with their outcome at once where the call is
 * refused or its outcome is replayed. Has no effect of its own, but that what is recalled fades more slowly.
 */
export async function recordsOfMove(planner: Planner, move: Move): Promise<JournalRecord[]> {
  const at = planner.context.now();
  switch (move.type) {
    case 'hold':
      return [{ kind: 'control', at, verb: 'held', by: planner.worker }];
    case 'end': {
      const { status, output, error } = move;
      return [{ kind: 'ended', at, status, output, ...(error ? { error } : {}) }];
    }
    case 'model': {
      const { id } = move;
      const name = planner.modelId;
      const given = await memoriesFor(planner, id);
      return withRecorded(planner, {
        kind: 'intent',
        at,
        id,
        attempt: 1,
        type: 'model',
        name,
        effect: 'read',
        ...given,
      });
    }
    case 'question':
      return [question(planner, move.id, move.index, move.question, at)];
    case 'call':
      return recordsOfCall(planner, move, at);
  }
}

/** What memory gives for a model call; where its answer is replayed, what it gave then. */
async function memoriesFor(
  { context, recaller, recording }: Planner,
  id: string,
): Promise<Pick<Intent, 'conversation' | 'recalled'>> {
  if (recording?.models.has(id)) return recording.memories.get(id) ?? {};
  return (await recaller?.before(context.runId, context.state)) ?? {};
}

async function recordsOfCall(
  planner: Planner,
  { call, index, id }: Extract<Move, { type: 'call' }>,
  at: number,
): Promise<JournalRecord[]> {
  const { name, callId } = call;
  const attempt = call.attempts + 1;
  const type = 'tool';
  const intent: Intent = {
    kind: 'intent',
    at,
    id,
    attempt,
    type,
    name,
    effect: 'read',
    call: index,
    arguments: call.arguments,
  };
  const refuse = (code: string, message: string): JournalRecord[] => {
    const error = { code, message };
    return [intent, { kind: 'outcome', at, id, attempt, status: 'error', error, value: { error: code, message } }];
  };
  const tool = planner.tools().find((one) => one.name === name);
  if (!tool) return refuse('TOOL_UNKNOWN', unknownTool(name, planner.tools()));
  if (call.invalid !== undefined) {
    return refuse(
      'INVALID_ARGUMENT',
      `The arguments of ${name} were not a JSON object. Call it again with valid JSON.`,
    );
  }
  if (tool.asksHuman) {
    const { question: text, choices } = call.arguments;
    if (typeof text !== 'string' || text === '') return refuse('INVALID_ARGUMENT', `${name} needs a question.`);
    const list = Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string') : [];
    return [question(planner, `q${id.slice(1)}`, index, { about: 'ask_human', text, choices: list, callId }, at)];
  }
  const prepared = await prepareCall(planner.context, name, call.arguments);
  if (prepared.problem) return refuse(prepared.problem.code, prepared.problem.message);
  const records = withRecorded(planner, { ...intent, effect: prepared.effect });
  if (records.length > 1 || !prepared.needsApproval || call.phase === 'approved') return records;
  const text = `May ${name} be called with these arguments?`;
  const choices = ['approve', 'deny'];
  return [question(planner, `q${id.slice(1)}`, index, { about: 'approval', text, choices, callId }, at)];
}

function question(planner: Planner, id: string, index: number, spec: QuestionSpec, at: number): Intent {
  const call = planner.context.state.calls[index];
  return {
    kind: 'intent',
    at,
    id,
    attempt: 1,
    type: 'question',
    name: call?.name ?? '',
    effect: 'read',
    call: index,
    arguments: call?.arguments ?? {},
    question: spec,
  };
}

function withRecorded({ recording, context }: Planner, intent: Intent): JournalRecord[] {
  const recorded = recording && recordedOutcome(recording, intent, context.now());
  return recorded ? [intent, recorded] : [intent];
}

function unknownTool(name: string, tools: readonly AgentTool[]): string {
  const all = tools.map((tool) => tool.name);
  const meant = nearest(name, all);
  const shown = tools.filter(({ deferred }) => !deferred).map((tool) => tool.name);
  const hint = meant === undefined ? `You have: ${shown.join(', ')}.` : `Did you mean ${meant}?`;
  return `You have no tool named "${name}". ${hint}`;
}
