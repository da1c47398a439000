import type { Cli } from '../io.ts';
import { closingLines, lineOf } from './lines.ts';
import { harmless } from './text.ts';
import { textOf, type View } from './view.ts';

/** One line an event on stderr, the answer on stdout at the end: for pipes and logs. */
export function plainView(cli: Cli): View {
  const { io, say, style } = cli;
  return {
    event(event) {
      const line = lineOf(event, say, style);
      if (line === undefined) return;
      const time = textOf(event, 'at').slice(11, 19);
      cli.note(time === '' ? line : `${time} ${line}`);
    },
    note: (line) => cli.note(line),
    ended(run) {
      for (const line of closingLines(run, say, style)) cli.note(line);
      if (run.output !== '')
        io.stdout.write(run.output.endsWith('\n') ? harmless(run.output) : `${harmless(run.output)}\n`);
    },
    pause: () => undefined,
    resume: () => undefined,
    close: () => undefined,
  };
}

/** One JSON object a line on stdout: every event, and at the end `{"type":"run","run":{...}}`. */
export function jsonView(cli: Cli): View {
  const line = (value: unknown) => void cli.io.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    event: (event) => line(event),
    note: (text) => cli.note(text),
    ended: (run) => line({ type: 'run', run }),
    pause: () => undefined,
    resume: () => undefined,
    close: () => undefined,
  };
}
