import type { RunChannel } from '../events/channel.ts';
import type { JournalRecord } from '../journal/record.ts';
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
}

/** Folds a record into the state and stages the events that tell of it: they are shown once the record is durable. */
export function foldAndAnnounce(to: Announcer, record: JournalRecord): void {
  const { state, channel } = to;
  const action = record.kind === 'outcome' ? state.open[record.id] : undefined;
  apply(state, record);
  switch (record.kind) {
    case 'created':
      return;
    case 'intent':
      channel.stage('action.intent', intentEvent(to.runId, record));
      if (record.attempt > 1) {
        channel.stage('action.restarted', { action_id: record.id, attempt: record.attempt, reason: 'resumed' });
      }
      if (record.question) {
        channel.stage('question.asked', {
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
      channel.stage('action.outcome', outcomeEvent(action, record));
      if (record.answer) {
        const { choice, by, text } = record.answer;
        channel.stage('question.answered', { action_id: record.id, choice, text, by });
      }
      return;
    case 'control':
      announceControl(to, record);
      return;
    case 'ended':
      channel.stage('run.ended', {
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

function announceControl(to: Announcer, record: Extract<JournalRecord, { kind: 'control' }>): void {
  const reason = record.reason ? { reason: record.reason } : {};
  switch (record.verb) {
    case 'started':
      to.channel.stage('run.started', { worker: record.by, isolation: to.isolation });
      return;
    case 'recovered':
      to.channel.stage('run.recovered', { worker: record.by, isolation: to.isolation, ...reason });
      return;
    case 'stopping':
    case 'held':
    case 'resumed':
      to.channel.stage(`run.${record.verb}`, { by: record.by, ...reason });
  }
}
