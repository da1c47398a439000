import { setTimeout as delay } from 'node:timers/promises';

import type { RunView } from '../http/api.ts';
import { followRun } from '../http/follow.ts';
import { EXIT, exitCodeOfRun } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { askAtTerminal } from '../view/ask.ts';
import { liveView } from '../view/live.ts';
import { jsonView, plainView } from '../view/plain.ts';
import { textOf, type View } from '../view/view.ts';

/**
 * Shows a run until it has ended, across lost connections and restarts of the server, and answers its questions at the
 * terminal. Ctrl-C detaches: the run goes on. Resolves to the exit code.
 */
export async function follow(cli: Cli, runId: string, after = ''): Promise<number> {
  const { io, say, client } = cli;
  const interactive = io.stdin.isTTY && io.stderr.isTTY && !cli.json;
  const detach = new AbortController();
  const onSignal = () => detach.abort();
  process.on('SIGINT', onSignal);
  const view = viewFor(cli);
  const questions = new Questions(cli, runId, view, detach);
  let away = false;
  try {
    const events = followRun({
      client,
      runId,
      after,
      signal: detach.signal,
      gone: () => {
        if (!away) view.note(say('follow.gone'));
        away = true;
      },
      back: () => {
        away = false;
        view.note(say('follow.back'));
      },
      sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
      random: Math.random,
    });
    for await (const event of events) {
      view.event(event);
      const actionId = textOf(event, 'action_id');
      if (event.type === 'question.asked') {
        if (interactive) questions.ask(actionId);
        else view.note(say('follow.answerWith', { id: runId, action: actionId }));
      }
      if (event.type === 'question.answered') questions.settled(actionId);
    }
    if (detach.signal.aborted) {
      view.close();
      cli.note(say('follow.detached', { id: runId }));
      return EXIT.CANCELED;
    }
    const run = await client.request<RunView>('GET', `/runs/${encodeURIComponent(runId)}`);
    view.ended(run);
    return exitCodeOfRun(run.status);
  } finally {
    process.off('SIGINT', onSignal);
    questions.close();
    view.close();
  }
}

function viewFor(cli: Cli): View {
  if (cli.json) return jsonView(cli);
  const { stdout, stderr } = cli.io;
  return stdout.isTTY && stderr.isTTY ? liveView(cli, performanceClock) : plainView(cli);
}

const performanceClock = { monotonic: () => performance.now() };

/** Asks the open questions one after the other. */
class Questions {
  readonly #cli: Cli;
  readonly #runId: string;
  readonly #view: View;
  readonly #detach: AbortController;
  readonly #open = new Map<string, AbortController>();
  #turn: Promise<void> = Promise.resolve();

  constructor(cli: Cli, runId: string, view: View, detach: AbortController) {
    this.#cli = cli;
    this.#runId = runId;
    this.#view = view;
    this.#detach = detach;
  }

  ask(actionId: string): void {
    const settled = new AbortController();
    this.#open.set(actionId, settled);
    this.#turn = this.#turn
      .then(() => this.#askNow(actionId, settled.signal))
      .catch((error: unknown) => this.#view.note(error instanceof Error ? error.message : String(error)));
  }

  settled(actionId: string): void {
    this.#open.get(actionId)?.abort();
    this.#open.delete(actionId);
  }

  close(): void {
    for (const settled of this.#open.values()) settled.abort();
  }

  async #askNow(actionId: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const path = `/runs/${encodeURIComponent(this.#runId)}`;
    // The log is replayed from its beginning: what was answered long ago is not asked again.
    const run = await this.#cli.client.request<RunView>('GET', path);
    const question = run.questions.find((one) => one.action_id === actionId);
    if (!question || signal.aborted) return;
    this.#view.pause();
    try {
      const answer = await askAtTerminal(this.#cli, question, {
        signal,
        repeat: this.#open.size > 1,
        interrupted: () => this.#detach.abort(),
      });
      if (answer) await this.#cli.client.request('POST', `${path}/answers`, { body: answer });
    } finally {
      this.#view.resume();
    }
  }
}
