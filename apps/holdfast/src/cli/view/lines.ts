import type { RunEvent, RunView } from '../http/api.ts';
import type { Say } from '../i18n/lang.ts';
import { duration, harmless, oneLine, type Style } from './text.ts';
import { numberOf, textOf } from './view.ts';

const ARGUMENT_CHARS = 160;
const REASON_CHARS = 300;

/** What an event says in one line; undefined where it has none (pieces of text, what another event says as well). */
export function lineOf(event: RunEvent, say: Say, style: Style): string | undefined {
  switch (event.type) {
    case 'run.started':
      return style.dim(say('view.started', { isolation: textOf(event, 'isolation') || '?' }));
    case 'run.recovered':
      return style.yellow(say('view.recovered'));
    case 'run.waiting':
      return style.yellow(say('view.waiting'));
    case 'run.stopping':
      return say('view.stopping', { by: textOf(event, 'by') });
    case 'run.held':
      return say('view.held', { by: textOf(event, 'by') });
    case 'run.resumed':
      return say('view.resumed', { by: textOf(event, 'by') });
    case 'action.intent':
      return intentLine(event, style);
    case 'action.outcome':
      return outcomeLine(event, say, style);
    case 'action.restarted':
      return style.yellow(say('view.restarted', { reason: oneLine(textOf(event, 'reason'), REASON_CHARS) }));
    case 'question.asked':
      return `${style.yellow('?')} ${harmless(textOf(event, 'text'))}`;
    case 'question.answered':
      return style.dim(
        say('view.answered', {
          answer: oneLine(textOf(event, 'choice') || textOf(event, 'text'), 80),
          by: textOf(event, 'by'),
        }),
      );
    case 'memory.recalled':
      return recalledLine(event, say, style);
    default:
      return undefined;
  }
}

function recalledLine(event: RunEvent, say: Say, style: Style): string {
  const count = numberOf(event, 'count') ?? 0;
  const { missing } = event.data;
  const lost = Array.isArray(missing) ? missing.filter((one) => typeof one === 'string') : [];
  const line = style.dim(say(count === 1 ? 'view.recalledOne' : 'view.recalled', { count }));
  return lost.length === 0 ? line : `${line} ${style.yellow(oneLine(lost.join('; '), REASON_CHARS))}`;
}

function intentLine(event: RunEvent, style: Style): string | undefined {
  if (textOf(event, 'kind') !== 'tool') return undefined;
  return `${style.bold('●')} ${style.bold(textOf(event, 'name'))} ${style.dim(argumentsOf(event))}`.trimEnd();
}

function outcomeLine(event: RunEvent, say: Say, style: Style): string | undefined {
  const outcome = textOf(event, 'outcome');
  const kind = textOf(event, 'kind');
  if (kind === 'question' || (kind === 'model' && outcome === 'ok')) return undefined;
  const took = duration(numberOf(event, 'duration_ms') ?? 0);
  const settled = textOf(event, 'settled');
  const how = settled === '' ? '' : ` ${say('view.settled', { settled })}`;
  if (outcome === 'ok') return `${style.green('✓')} ${textOf(event, 'name')} ${style.dim(took + how)}`;
  return `${style.red('✗')} ${textOf(event, 'name')} ${outcome}${how}: ${oneLine(reasonOf(event), REASON_CHARS)}`;
}

/** What a call was given: the command of a shell, else the arguments as JSON. */
export function argumentsOf(event: RunEvent): string {
  const value = event.data['arguments'];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
  const [only] = Object.values(value);
  const text = Object.keys(value).length === 1 && typeof only === 'string' ? only : JSON.stringify(value);
  return oneLine(text, ARGUMENT_CHARS);
}

function reasonOf(event: RunEvent): string {
  const { error, result } = event.data;
  if (typeof error === 'object' && error !== null && !Array.isArray(error) && typeof error['message'] === 'string') {
    return error['message'];
  }
  return typeof result === 'string' ? result : JSON.stringify(result ?? '');
}

/** The lines that close a run. */
export function closingLines(run: RunView, say: Say, style: Style): string[] {
  const lines: string[] = [];
  const parameters = { id: run.id, steps: run.steps };
  if (run.status === 'succeeded') lines.push(style.green(say('view.succeeded', parameters)));
  else if (run.status === 'canceled') lines.push(style.yellow(say('view.canceled', parameters)));
  else lines.push(style.red(say('view.failed', parameters)));
  if (run.error) lines.push(`${run.error.code}: ${harmless(run.error.message)}`);
  for (const artifact of run.artifacts)
    lines.push(say('view.artifact', { path: `${run.workspace}/${harmless(artifact).replace(/^\/workspace\//, '')}` }));
  const { usage } = run;
  if (usage && usage.input_tokens + usage.output_tokens > 0) {
    const cost = usage.cost_unknown ? say('cost.unknown') : `$${(usage.cost_usd ?? 0).toFixed(4)}`;
    lines.push(style.dim(say('view.usage', { input: usage.input_tokens, output: usage.output_tokens, cost })));
  }
  return lines;
}
