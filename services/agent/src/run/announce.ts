import type { EventType, JsonObject } from '@holdfast/protocol';

import type { RunChannel } from '../events/channel.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { Recalled } from '../memory/recalled.ts';
import { apply } from './machine.ts';
import { intentEvent, outcomeEvent } from './present.ts';
import type { RunState } from './state.ts';

/** Whose records are announced, and where. */
export interface Announcer {
  readonly runId: string;
  readonly state: RunState;
  readonly channel: RunChannel;
  /** The level at which tools run. */
  readonly isolation: string;
  /** Number of the last record that was folded: events name the record that they tell of. */
  seq: number;
}

/** Folds a record into the state and stages the events that tell of it: they are shown once the record is durable. */
export function foldAndAnnounce(to: Announcer, record: JournalRecord): void {
  const { state } = to;
  to.seq += 1;
  const stage = (type: EventType, data: JsonObject) => to.channel.stage(type, { ...data, seq: to.seq });
  const action = record.kind === 'outcome' ? state.open[record.id] : undefined;
  apply(state, record);
  switch (record.kind) {
    case 'created':
      return;
    case 'intent':
      stage('action.intent', intentEvent(to.runId, record));
      if (record.recalled) announceRecalled(record.id, record.recalled, stage);
      if (record.attempt > 1) {
        stage('action.restarted', { action_id: record.id, attempt: record.attempt, reason: 'resumed' });
      }
      if (record.question) {
        stage('question.asked', {
          action_id: record.id,
          about: record.question.about,
          text: record.question.text,
          choices: [...record.question.choices],
          tool: record.name,
          ...(record.arguments ? { arguments: record.arguments } : {}),
        });
      }
      return;
    case 'outcome':
      if (!action) return;
      stage('action.outcome', outcomeEvent(action, record));
      if (record.answer) {
        const { choice, by, text } = record.answer;
        stage('question.answered', { action_id: record.id, choice, text, by });
      }
      return;
    case 'control':
      announceControl(record, to.isolation, stage);
      return;
    case 'ended':
      stage('run.ended', {
        status: record.status,
        output: record.output,
        ...(record.error ? { error: { code: record.error.code, message: record.error.message } } : {}),
        usage: {
          input_tokens: state.usage.inputTokens,
          output_tokens: state.usage.outputTokens,
          cost_usd: state.usage.costUnknown ? null : state.usage.costUsd,
        },
        artifacts: [...state.artifacts],
      });
  }
}

/** That nothing fits is no news. */
function announceRecalled(
  actionId: string,
  { ids, missing }: Recalled,
  stage: (type: EventType, data: JsonObject) => void,
): void {
  if (ids.length === 0 && missing.length === 0) return;
  stage('memory.recalled', { action_id: actionId, count: ids.length, ids: [...ids], missing: [...missing] });
}

function announceControl(
  record: Extract<JournalRecord, { kind: 'control' }>,
  isolation: string,
  stage: (type: EventType, data: JsonObject) => void,
): void {
  const reason = record.reason ? { reason: record.reason } : {};
  switch (record.verb) {
    case 'started':
      stage('run.started', { worker: record.by, isolation });
      return;
    case 'recovered':
      stage('run.recovered', { worker: record.by, isolation, ...reason });
      return;
    case 'stopping':
    case 'held':
    case 'resumed':
      stage(`run.${record.verb}`, { by: record.by, ...reason });
  }
}
