import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

import { describe, expect, it } from 'vitest';

import { createCli } from '../create.ts';
import type { Io } from '../io.ts';
import { FULL_RUN, runView } from '../testing/rest-server.ts';
import { liveView } from './live.ts';

/** A terminal that keeps what it is sent. */
function terminal(env: Record<string, string> = {}) {
  const sent: string[] = [];
  const stream = () => {
    const through = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
    through.on('data', (chunk: Buffer) => sent.push(chunk.toString()));
    return through as unknown as NodeJS.WriteStream;
  };
  const io: Io = { env, cwd: '/', stdin: process.stdin, stdout: stream(), stderr: stream() };
  let now = 0;
  const view = liveView(createCli(io, {}, 'en'), { monotonic: () => (now += 100) });
  return { view, text: () => sent.join('') };
}

const ERASED = new RegExp(`[^\\n]*\\r${String.fromCodePoint(27)}\\[2K`, 'g');

/** What a reader sees in the end: erased lines are gone. */
function visible(text: string): string {
  return text.replaceAll(ERASED, '');
}

describe('the live view', () => {
  it('shows what is done, the words as they come, and the answer once', () => {
    const { view, text } = terminal({ NO_COLOR: '1' });
    for (const event of FULL_RUN) view.event(event);
    view.ended(runView({ status: 'succeeded', output: 'The answer.', artifacts: ['/workspace/report.md'] }));
    const seen = visible(text());
    expect(seen).toContain('● bash ls -l\nfile\n✓ bash 0.1 s\nThe answer.\n✓ Run run_1 succeeded');
    expect(seen.match(/The answer\./g)).toHaveLength(1);
    expect(seen).toContain('/data/runs/run_1/report.md');
    expect(seen).not.toContain('\u001b');
  });

  it('has a status line that fits the terminal, and leaves nothing of it behind', () => {
    const { view, text } = terminal();
    const name = 'a-tool-with-a-very-long-name-'.repeat(4);
    view.event({ id: '1-1', type: 'action.intent', data: { action_id: 't', kind: 'tool', name, arguments: {} } });
    expect(text()).toContain('⠋');
    const status = stripVTControlCharacters(text()).split('\n').at(-1) ?? '';
    expect(status.length).toBeLessThan(60);
    view.close();
    expect(visible(text())).not.toContain('⠋');
  });

  it('prints the answer at the end where what was streamed is not it', () => {
    const { view, text } = terminal({ NO_COLOR: '1' });
    view.event({ id: '1-1', type: 'model.delta', data: { action_id: 'm1', text: 'Half of' } });
    view.event({ id: '1-2', type: 'action.restarted', data: { action_id: 'm1', reason: 'resumed' } });
    view.event({ id: '2-1', type: 'run.ended', data: { status: 'succeeded', output: 'All of it.' } });
    view.ended(runView({ status: 'succeeded', output: 'All of it.' }));
    expect(visible(text())).toContain('Starting this action over');
    expect(visible(text())).toContain('All of it.\n');
  });
});
