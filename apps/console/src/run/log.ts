import { numberOf, objectOf, type RunEvent, textOf, textsOf } from './event.ts';
import type { ActionItem, Item } from './item.ts';
import { TerminalLog } from './terminal-log.ts';

/** A journal record that the scrubber can stand on: a fork can begin there. */
export interface Checkpoint {
  readonly seq: number;
  readonly at: number;
  /** The type of the event that told of it. */
  readonly type: string;
  /** The action that it is about; empty for none. */
  readonly actionId: string;
}

/** Most characters of a tool's output that its row keeps; the terminal has more. */
const OUTPUT_CHARS = 64 * 1024;

/** Where a run stands: the words of the API. */
export type RunStatus = 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'failed' | 'canceled';

/**
 * A run as its events tell it, up to where they were applied: the same whether they come live or are read again. It is
 * changed in place; `version` grows with every change.
 */
export class RunLog {
  readonly items: Item[] = [];
  readonly actions = new Map<string, ActionItem>();
  readonly checkpoints: Checkpoint[] = [];
  readonly terminal = new TerminalLog();
  version = 0;
  status: RunStatus = 'queued';
  createdAt: number | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** When the last event happened. */
  lastAt = 0;
  tokens = { input: 0, output: 0 };
  cost = { usd: 0, unknown: false };
  /** How often a worker was lost. */
  recoveries = 0;

  /** The log of the events up to record `seq`: all that came before the first event of a later record. */
  static upTo(events: readonly RunEvent[], seq: number): RunLog {
    const log = new RunLog();
    for (const event of events) {
      if ((numberOf(event, 'seq') ?? 0) > seq) break;
      log.apply(event);
    }
    return log;
  }

  /** Adds what one event tells. */
  apply(event: RunEvent): void {
    this.version += 1;
    this.lastAt = Math.max(this.lastAt, event.at);
    const seq = numberOf(event, 'seq');
    if (seq !== undefined && seq > (this.checkpoints.at(-1)?.seq ?? 0)) {
      this.checkpoints.push({ seq, at: event.at, type: event.type, actionId: textOf(event, 'action_id') });
    }
    if (event.type.startsWith('run.')) this.#applyRun(event);
    else this.#applyAction(event);
  }

  get #seq(): number {
    return this.checkpoints.at(-1)?.seq ?? 0;
  }

  #applyRun(event: RunEvent): void {
    const row = { key: event.id, at: event.at, seq: this.#seq, version: 0 };
    switch (event.type) {
      case 'run.created':
        this.createdAt = event.at;
        this.items.push({ ...row, kind: 'task', text: textOf(event, 'task') });
        return;
      case 'run.ended': {
        this.status = textOf(event, 'status') as RunStatus;
        this.endedAt = event.at;
        const error = errorOf(event);
        this.items.push({ ...row, kind: 'ended', status: this.status, output: textOf(event, 'output'), error });
        return;
      }
      case 'run.waiting':
        this.status = 'waiting';
        return;
      default: {
        if (event.type === 'run.recovered') this.recoveries += 1;
        if (event.type === 'run.started' || event.type === 'run.recovered') this.startedAt ??= event.at;
        this.status = STATUS_AFTER[event.type] ?? this.status;
        const [by, reason, isolation] = [
          textOf(event, 'by') || textOf(event, 'worker'),
          textOf(event, 'reason'),
          textOf(event, 'isolation'),
        ];
        this.items.push({ ...row, kind: 'note', type: event.type, by, reason, isolation });
      }
    }
  }

  #applyAction(event: RunEvent): void {
    const id = textOf(event, 'action_id');
    if (event.type === 'action.intent') this.#begin(id, event);
    if (event.type === 'memory.recalled') {
      this.#recalled(id, event);
      return;
    }
    const action = this.actions.get(id);
    if (!action) return;
    action.version += 1;
    switch (event.type) {
      case 'action.restarted':
        action.text = '';
        action.reasoning = '';
        action.progress = undefined;
        action.restarts = [...action.restarts, textOf(event, 'reason')];
        return;
      case 'action.outcome':
        this.#end(action, event);
        return;
      case 'model.delta':
        action.text += textOf(event, 'text');
        return;
      case 'model.reasoning':
        action.reasoning += textOf(event, 'text');
        return;
      case 'tool.output': {
        const text = textOf(event, 'text');
        action.text = (action.text + text).slice(-OUTPUT_CHARS);
        this.terminal.write(id, textOf(event, 'stream'), text);
        return;
      }
      case 'tool.progress':
        action.progress = { fraction: numberOf(event, 'fraction') ?? -1, message: textOf(event, 'message') };
        return;
      case 'question.asked':
        action.question = {
          about: textOf(event, 'about'),
          text: textOf(event, 'text'),
          choices: textsOf(event, 'choices'),
          tool: textOf(event, 'tool'),
          arguments: objectOf(event, 'arguments'),
        };
        return;
      case 'question.answered':
        if (action.question) {
          const [choice, text, by] = [textOf(event, 'choice'), textOf(event, 'text'), textOf(event, 'by')];
          action.question.answer = { choice, text, by };
        }
        this.status = 'running';
    }
  }

  /** In front of the model call that is given it. */
  #recalled(id: string, event: RunEvent): void {
    const [count, missing] = [numberOf(event, 'count') ?? 0, textsOf(event, 'missing')];
    const call = this.items.findLastIndex(({ key }) => key === id);
    const row: Item = { key: event.id, at: event.at, seq: this.#seq, version: 0, kind: 'recalled', count, missing };
    this.items.splice(call < 0 ? this.items.length : call, 0, row);
  }

  #begin(id: string, event: RunEvent): void {
    if (this.status !== 'held') this.status = 'running';
    const before = this.actions.get(id);
    const [name, effect, attempt] = [textOf(event, 'name'), textOf(event, 'effect'), numberOf(event, 'attempt') ?? 1];
    const kind = textOf(event, 'kind');
    if (kind === 'tool') this.terminal.begin(id, name, commandOf(objectOf(event, 'arguments')));
    if (before) {
      Object.assign(before, { name, effect, attempt, outcome: 'pending', endedAt: undefined, endSeq: undefined });
      return;
    }
    const action: ActionItem = {
      key: id,
      at: event.at,
      seq: this.#seq,
      version: 0,
      kind: kind === 'tool' || kind === 'question' ? kind : 'model',
      id,
      name,
      effect,
      attempt,
      idempotencyKey: textOf(event, 'idempotency_key'),
      arguments: objectOf(event, 'arguments'),
      text: '',
      reasoning: '',
      progress: undefined,
      outcome: 'pending',
      settled: '',
      endedAt: undefined,
      endSeq: undefined,
      result: undefined,
      error: undefined,
      inputTokens: undefined,
      outputTokens: undefined,
      costUsd: undefined,
      artifacts: [],
      restarts: [],
      question: undefined,
    };
    this.actions.set(id, action);
    this.items.push(action);
  }

  #end(action: ActionItem, event: RunEvent): void {
    action.endedAt = event.at;
    action.endSeq = numberOf(event, 'seq');
    action.outcome = textOf(event, 'outcome');
    action.settled = textOf(event, 'settled');
    action.result = event.data['result'];
    action.error = errorOf(event);
    action.artifacts = textsOf(event, 'artifacts');
    action.progress = undefined;
    if (action.kind !== 'model') return;
    action.name = textOf(event, 'model') || action.name;
    action.inputTokens = numberOf(event, 'input_tokens');
    action.outputTokens = numberOf(event, 'output_tokens');
    action.costUsd = numberOf(event, 'cost_usd');
    this.tokens.input += action.inputTokens ?? 0;
    this.tokens.output += action.outputTokens ?? 0;
    this.cost.usd += action.costUsd ?? 0;
    const used = (action.inputTokens ?? 0) + (action.outputTokens ?? 0) > 0;
    this.cost.unknown ||= used && action.costUsd === undefined;
  }
}

const STATUS_AFTER: Readonly<Record<string, RunStatus>> = {
  'run.started': 'running',
  'run.recovered': 'running',
  'run.resumed': 'running',
  'run.held': 'held',
};

function errorOf(event: RunEvent): { code: string; message: string } | undefined {
  const error = objectOf(event, 'error');
  return error ? { code: String(error['code']), message: String(error['message']) } : undefined;
}

/** What a terminal shows as the command of a tool call: its own, else its arguments. */
function commandOf(given: Readonly<Record<string, unknown>> | undefined): string {
  const command = given?.['command'];
  return typeof command === 'string' ? command : JSON.stringify(given ?? {});
}
