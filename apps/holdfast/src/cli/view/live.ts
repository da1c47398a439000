import type { RunEvent } from '../http/api.ts';
import type { Cli } from '../io.ts';
import { closingLines, lineOf } from './lines.ts';
import { duration, harmless, oneLine, width } from './text.ts';
import { numberOf, textOf, type View } from './view.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const FRAME_MS = 100;
const ERASE_LINE = '\r\u001b[2K';

/** What the live view measures time with. */
export interface LiveClock {
  readonly monotonic: () => number;
}

/**
 * A run on a terminal: what is done line by line, the model's words as they come, a tool's output dimmed, and below it
 * all one line that says what goes on now.
 */
export function liveView(cli: Cli, clock: LiveClock): View {
  const { io, say, style } = cli;
  const began = clock.monotonic();
  const pending = new Map<string, string>();
  let steps = 0;
  let tokens = 0;
  let frame = 0;
  let column = 0;
  let drawn = false;
  let paused = false;
  let streamed = '';
  let shown = false;

  const erase = () => {
    if (drawn) io.stderr.write(ERASE_LINE);
    drawn = false;
  };
  const draw = () => {
    if (paused || column !== 0) return;
    const doing = [...pending.values()].join(', ') || say('view.thinking');
    const figures = [duration(clock.monotonic() - began), say('view.step', { n: steps })];
    if (tokens > 0) figures.push(say('view.tokens', { n: tokens }));
    let line = `${FRAMES[frame % FRAMES.length] ?? ''} ${oneLine(doing, 60)} · ${figures.join(' · ')}`;
    const room = (io.stderr.columns || 80) - 1;
    while (width(line) > room) line = Array.from(line).slice(0, -1).join('');
    io.stderr.write(`${drawn ? ERASE_LINE : ''}${style.dim(line)}`);
    drawn = true;
  };
  const write = (stream: NodeJS.WriteStream, text: string, dim: boolean) => {
    if (text === '') return;
    erase();
    stream.write(dim ? style.dim(text) : text);
    column = text.endsWith('\n') ? 0 : 1;
  };
  const line = (text: string) => {
    if (column !== 0) write(io.stderr, '\n', false);
    write(io.stderr, `${text}\n`, false);
    draw();
  };
  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, FRAME_MS);
  timer.unref();

  const count = (event: RunEvent) => {
    const id = textOf(event, 'action_id');
    if (event.type === 'action.intent') {
      if (textOf(event, 'kind') === 'model') {
        steps += 1;
        streamed = '';
      }
      pending.set(id, textOf(event, 'name'));
    } else if (event.type === 'action.outcome') {
      pending.delete(id);
      tokens += (numberOf(event, 'input_tokens') ?? 0) + (numberOf(event, 'output_tokens') ?? 0);
    } else if (event.type === 'action.restarted') {
      streamed = '';
    }
  };

  return {
    event(event) {
      count(event);
      if (event.type === 'model.delta') {
        const text = harmless(textOf(event, 'text'));
        streamed += text;
        write(io.stdout, text, false);
      } else if (event.type === 'model.reasoning' || event.type === 'tool.output') {
        write(io.stderr, harmless(textOf(event, 'text')), true);
      } else {
        const text = lineOf(event, say, style);
        if (text !== undefined) line(text);
      }
      if (event.type === 'run.ended') shown = streamed !== '' && textOf(event, 'output') === streamed;
    },
    note: line,
    ended(run) {
      clearInterval(timer);
      erase();
      if (column !== 0) write(io.stderr, '\n', false);
      if (!shown && run.output !== '') io.stdout.write(`${harmless(run.output).trimEnd()}\n`);
      for (const text of closingLines(run, say, style)) io.stderr.write(`${text}\n`);
    },
    pause() {
      paused = true;
      erase();
      if (column !== 0) write(io.stderr, '\n', false);
    },
    resume() {
      paused = false;
      column = 0;
    },
    close() {
      clearInterval(timer);
      erase();
    },
  };
}
