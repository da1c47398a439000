import type { ExportedAction, ExportedEvent, RunExport } from './run-export.ts';
import type { ExportTexts } from './texts.ts';

/** A name and what stands beside it. */
export type Fact = readonly [name: string, value: string];

type Usage = RunExport['run']['usage'];

/** What is known of a run as a whole, in words. */
export function runFacts({ run }: RunExport, texts: ExportTexts): Fact[] {
  return present([
    [texts.run, run.id],
    [texts.agent, run.playbook ? `${run.agent} (${texts.playbook})` : run.agent],
    [texts.status, texts.statuses[run.status]],
    [texts.created, timeOf(run.created_at)],
    [texts.started, timeOf(run.started_at)],
    [texts.ended, timeOf(run.ended_at)],
    [texts.duration, durationOf(run.started_at, run.ended_at)],
    [texts.tokens, tokensOf(run.usage, texts)],
    [texts.cost, costOf(run.usage, texts)],
    [texts.isolation, run.isolation || texts.none],
    [texts.recoveries, String(run.recoveries)],
    [texts.forkedFrom, run.forked_from && `${run.forked_from} (${run.forked_at ?? 0})`],
    [texts.tags, run.tags.join(', ')],
    [texts.inputs, run.inputs.map(({ name }) => name).join(', ') || texts.none],
    [texts.error, run.error && `${run.error.code}: ${run.error.message}`],
  ]);
}

/** What is known of one action beside its arguments and result, in words. */
export function actionFacts(action: ExportedAction, texts: ExportTexts): Fact[] {
  const { usage } = action;
  return present([
    [texts.kind, texts.kinds[action.kind] ?? action.kind],
    [texts.effect, action.effect && (texts.effects[action.effect] ?? action.effect)],
    [texts.attempt, String(action.attempt)],
    [texts.intent, momentOf(action.intent_seq, action.intent_at)],
    [texts.outcome, outcomeOf(action, texts)],
    [texts.settled, action.settled && (texts.settlements[action.settled] ?? action.settled)],
    [texts.duration, durationOf(action.intent_at, action.outcome_at)],
    [texts.tokens, usage && tokensOf(usage, texts)],
    [texts.cost, usage && costOf(usage, texts)],
  ]);
}

/** A question that a run asked a human, and what came of it. */
export interface AskedQuestion {
  readonly actionId: string;
  readonly text: string;
  /** In words; undefined where there is none yet. */
  readonly answer: string | undefined;
}

/** The questions of a run, oldest first. */
export function questionsOf(events: readonly ExportedEvent[], texts: ExportTexts): AskedQuestion[] {
  const asked = new Map<string, AskedQuestion>();
  for (const { data, type } of events) {
    const actionId = textOf(data['action_id']);
    if (type === 'question.asked') asked.set(actionId, { actionId, text: textOf(data['text']), answer: undefined });
    const question = asked.get(actionId);
    if (type !== 'question.answered' || !question) continue;
    const choice = textOf(data['choice']);
    const answer = [texts.choices[choice] ?? choice, textOf(data['text'])].filter((part) => part !== '').join(': ');
    asked.set(actionId, { ...question, answer });
  }
  return [...asked.values()];
}

/** A whole number with its thousands apart. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function present(facts: readonly (readonly [string, string | null | undefined])[]): Fact[] {
  return facts.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** ISO times are read the same everywhere. */
function timeOf(iso: string | null): string | null {
  return iso && `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function momentOf(seq: number | null, iso: string | null): string | null {
  return seq === null ? null : `#${seq}, ${timeOf(iso) ?? ''}`;
}

function outcomeOf(action: ExportedAction, texts: ExportTexts): string {
  const word = texts.outcomes[action.outcome] ?? action.outcome;
  const moment = momentOf(action.outcome_seq, action.outcome_at);
  return moment === null ? word : `${word} (${moment})`;
}

function durationOf(from: string | null, to: string | null): string | null {
  if (from === null || to === null) return null;
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours} h ` : ''}${minutes} min ${seconds % 60} s`;
}

function tokensOf({ input_tokens: input, output_tokens: output }: Usage, texts: ExportTexts): string {
  return texts.tokenCounts(count(input), count(output));
}

/** A price that is not known is never 0. */
function costOf({ cost_unknown: unknown, cost_usd: cost }: Usage, texts: ExportTexts): string {
  if (cost === null) return texts.unknown;
  const dollars = `US$ ${cost.toFixed(cost > 0 && cost < 0.01 ? 6 : 2)}`;
  return unknown ? texts.atLeast(dollars) : dollars;
}
