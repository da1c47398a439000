import type { ActionView, RunView } from '../http/api.ts';
import { EXIT } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { closingLines } from '../view/lines.ts';
import { harmless, oneLine, table } from '../view/text.ts';

/** What `holdfast runs` takes. */
export interface RunsOptions {
  readonly status?: string;
  readonly agent?: string;
  readonly tag?: string;
  readonly search?: string;
  readonly limit?: string;
}

/** `holdfast runs`: the newest first. */
export async function runsCommand(cli: Cli, options: RunsOptions): Promise<number> {
  const { status, agent, tag, search, limit } = options;
  const page = await cli.client.request<{ runs: readonly RunView[] }>('GET', '/runs', {
    query: { status, agent, tag, search, limit },
  });
  cli.result(page);
  if (page.runs.length === 0) cli.note(cli.say('runs.none'));
  else {
    const rows = page.runs.map((run) => [
      run.id,
      cli.say(`status.${run.status}`),
      localTime(run.created_at),
      run.playbook ? `${run.agent} ${cli.say('playbookMark')}` : run.agent,
      oneLine(run.task, 50),
    ]);
    cli.print(
      table(
        [
          cli.say('head.run'),
          cli.say('head.status'),
          cli.say('head.created'),
          cli.say('head.agent'),
          cli.say('head.task'),
        ],
        rows,
      ),
    );
  }
  return EXIT.OK;
}

/** `holdfast show RUN`: all there is to know of one run. */
export async function showCommand(cli: Cli, id: string): Promise<number> {
  const path = `/runs/${encodeURIComponent(id)}`;
  const [run, { actions }] = await Promise.all([
    cli.client.request<RunView>('GET', path),
    cli.client.request<{ actions: readonly ActionView[] }>('GET', `${path}/actions`),
  ]);
  cli.result({ run, actions });
  const { say } = cli;
  const facts: [string, string][] = [
    [say('head.run'), run.id],
    [say('head.status'), say(`status.${run.status}`)],
    [say('head.agent'), run.playbook ? `${run.agent} ${say('playbookMark')}` : run.agent],
    [say('head.task'), oneLine(run.task, 200)],
    [say('head.created'), localTime(run.created_at)],
    [say('head.isolation'), run.isolation],
    [say('head.workspace'), run.workspace],
  ];
  if (run.recoveries > 0) facts.push([say('head.recoveries'), String(run.recoveries)]);
  if (run.forked_from) facts.push([say('head.forkedFrom'), `${run.forked_from} @ ${run.forked_at ?? 0}`]);
  if (run.tags.length > 0) facts.push([say('head.tags'), run.tags.join(', ')]);
  cli.print(table(['', ''], facts).trimStart());
  if (actions.length > 0) {
    const rows = actions.map((action) => [
      String(action.intent_seq),
      action.id,
      action.kind,
      oneLine(action.name, 30),
      action.settled ? `${action.outcome} (${action.settled})` : action.outcome,
      action.arguments ? oneLine(JSON.stringify(action.arguments), 60) : '',
    ]);
    const head = [
      say('head.seq'),
      say('head.action'),
      say('head.kind'),
      say('head.name'),
      say('head.outcome'),
      say('head.arguments'),
    ];
    cli.print(`\n${table(head, rows)}`);
  }
  for (const question of run.questions) {
    cli.print(
      `\n? ${harmless(question.text)}\n  ${say('follow.answerWith', { id: run.id, action: question.action_id })}`,
    );
  }
  if (run.output !== '') cli.print(`\n${harmless(run.output).trimEnd()}`);
  if (run.ended_at) cli.print(`\n${closingLines(run, say, cli.style).join('\n')}`);
  return EXIT.OK;
}

/** `holdfast watch RUN`. */
export async function watchCommand(cli: Cli, id: string, options: { readonly after?: string }): Promise<number> {
  const { follow } = await import('./follow.ts');
  return follow(cli, id, options.after ?? '');
}

/** A time of the API in the time zone of this machine: 2026-11-24 02:53:00. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : time.toLocaleString('sv-SE');
}
