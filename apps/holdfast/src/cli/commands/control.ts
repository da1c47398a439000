import type { AgentView, QuestionView, RunView } from '../http/api.ts';
import { EXIT, UsageError } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { harmless, oneLine, table } from '../view/text.ts';
import { follow } from './follow.ts';

/** Options of the verbs that let a run go on. */
export interface FollowOption {
  readonly follow?: boolean;
}

async function steer(cli: Cli, id: string, verb: string, body: object): Promise<RunView> {
  return cli.client.request<RunView>('POST', `/runs/${encodeURIComponent(id)}/${verb}`, { body });
}

function told(cli: Cli, run: RunView, key: 'control.stop' | 'control.resume' | 'control.cancel'): number {
  cli.result(run);
  cli.print(cli.say(key, { id: run.id, status: cli.say(`status.${run.status}`) }));
  return EXIT.OK;
}

/** `holdfast stop RUN`: finish the action at hand, then hold. */
export async function stopCommand(cli: Cli, id: string): Promise<number> {
  return told(cli, await steer(cli, id, 'stop', {}), 'control.stop');
}

/** `holdfast resume RUN`. */
export async function resumeCommand(cli: Cli, id: string, options: FollowOption): Promise<number> {
  const run = await steer(cli, id, 'resume', {});
  return options.follow ? follow(cli, run.id) : told(cli, run, 'control.resume');
}

/** `holdfast cancel RUN`: abort now. */
export async function cancelCommand(cli: Cli, id: string, options: { readonly reason?: string }): Promise<number> {
  return told(cli, await steer(cli, id, 'cancel', { reason: options.reason ?? '' }), 'control.cancel');
}

/** What `holdfast fork` takes. */
export interface ForkOptions extends FollowOption {
  readonly at?: string;
  readonly replay?: boolean;
  readonly agent?: string;
  readonly model?: string;
  readonly task?: string;
}

/** `holdfast fork RUN --at SEQ`: a new run from a checkpoint of an old one. */
export async function forkCommand(cli: Cli, id: string, options: ForkOptions): Promise<number> {
  const seq = Number(options.at ?? '0');
  if (!Number.isInteger(seq) || seq < 0)
    throw new UsageError(cli.say('usage.number', { flag: '--at', text: options.at ?? '' }));
  const { agent = '', model = '', task = '' } = options;
  const run = await steer(cli, id, 'fork', { seq, replay: options.replay === true, agent, model, task });
  if (options.follow) return follow(cli, run.id);
  cli.result(run);
  cli.print(run.id);
  cli.note(cli.say('run.howToWatch', { id: run.id }));
  return EXIT.OK;
}

/** What `holdfast approve` takes. */
export interface ApproveOptions {
  readonly deny?: boolean;
  readonly choice?: string;
  readonly text?: string;
}

/** `holdfast approve RUN [ACTION]`: answers a question of a run, of whatever kind. */
export async function approveCommand(
  cli: Cli,
  id: string,
  actionId: string | undefined,
  options: ApproveOptions,
): Promise<number> {
  const run = await cli.client.request<RunView>('GET', `/runs/${encodeURIComponent(id)}`);
  const question = pick(cli, run, actionId);
  const answer = { action_id: question.action_id, choice: choiceOf(cli, question, options), text: options.text ?? '' };
  const after = await steer(cli, id, 'answers', answer);
  cli.result(after);
  cli.print(cli.say('approve.done', { action: question.action_id, answer: answer.choice || answer.text }));
  return EXIT.OK;
}

function pick(cli: Cli, run: RunView, actionId: string | undefined): QuestionView {
  const { questions } = run;
  const found = actionId === undefined ? questions[0] : questions.find((one) => one.action_id === actionId);
  if (found && (actionId !== undefined || questions.length === 1)) return found;
  if (questions.length === 0)
    throw new UsageError(cli.say('approve.none', { id: run.id, status: cli.say(`status.${run.status}`) }));
  const list = questions.map((one) => `  ${one.action_id}  ${oneLine(one.text, 100)}`).join('\n');
  throw new UsageError(`${cli.say('approve.which', { id: run.id })}\n${list}`);
}

function choiceOf(cli: Cli, question: QuestionView, options: ApproveOptions): string {
  if (question.kind === 'approval') return options.choice ?? (options.deny ? 'deny' : 'approve');
  if (options.choice !== undefined) return options.choice;
  if (question.kind === 'ask_human' && options.text !== undefined) return '';
  const choices = question.choices.join(', ');
  throw new UsageError(
    cli.say(question.kind === 'ask_human' ? 'approve.needsText' : 'approve.needsChoice', {
      question: oneLine(question.text, 200),
      choices,
    }),
  );
}

/** `holdfast agents`: agents and playbooks, and why one cannot run now. */
export async function agentsCommand(cli: Cli): Promise<number> {
  const answer = await cli.client.request<{ agents: readonly AgentView[] }>('GET', '/agents');
  cli.result(answer);
  const rows = answer.agents.map((agent) => [
    agent.name,
    agent.playbook ? cli.say('agents.playbook') : agent.models.join(', '),
    oneLine(agent.unavailable ?? ((cli.lang === 'zh' && agent.description_zh) || agent.description), 90),
  ]);
  cli.print(table([cli.say('head.agent'), cli.say('head.models'), cli.say('head.description')], rows));
  return EXIT.OK;
}

/** `holdfast playbook export RUN`: a finished run as a playbook, in Markdown on stdout. */
export async function playbookExportCommand(
  cli: Cli,
  id: string,
  options: { readonly name?: string },
): Promise<number> {
  // The name of a playbook is part of its file; the end of the run's id is what tells it from others.
  const markdown = await cli.client.text(`/runs/${encodeURIComponent(id)}/playbook`, {
    query: { name: options.name ?? `run-${id.slice(-12)}` },
  });
  cli.result({ markdown });
  cli.print(harmless(markdown).trimEnd());
  return EXIT.OK;
}
