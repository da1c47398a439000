/**
 * What a durable action costs: `npm run bench:steps [-- --json]`.
 *
 * 1. One run of 500 actions with tiny messages, scripted model and tool in the process: CPU and bytes written per action
 *    (intent and outcome), and the last 50 actions beside the first 50.
 * 2. Runs of 11 model calls and 10 tool calls over a real socket to a local provider: CPU of the durable run beside the
 *    bare AI SDK streaming loop in the same process. Needs the `ai` package: `npm run bench:install`.
 */
import { readFileSync } from 'node:fs';

import type { Model, ModelPart } from '@holdfast/models';
import type { JsonObject } from '@holdfast/protocol';

import { startAgentHost } from '../../tests/src/support/agent-host.ts';
import { clientOf } from '../../tests/src/support/client.ts';
import { testTools } from '../../tests/src/support/script.ts';
import { tempDir } from '../../tests/src/support/temp-dir.ts';
import { besideAiSdk } from './beside-ai-sdk.ts';
import { peersReady } from './peers.ts';
import { cpuMs, type Figure, median, report } from './report.ts';

const ACTIONS = 500;
const USAGE = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0 };

/** A model that calls the tool until `steps` answers are given; `sample` sees each step begin. */
function stepper(steps: number, sample: (step: number) => void): Model {
  let step = 0;
  return {
    id: 'bench/stepper',
    playbook: false,
    async *stream(): AsyncGenerator<ModelPart, void, undefined> {
      const current = step;
      step = (step + 1) % (steps + 1);
      sample(current);
      const done = current === steps;
      const text = done ? 'Done.' : 'Next.';
      yield { type: 'text', delta: text };
      yield { type: 'part', part: { type: 'text', text } };
      const args: JsonObject = { n: current };
      if (!done) yield { type: 'part', part: { type: 'tool-call', id: `c${current}`, name: 'tiny', arguments: args } };
      yield { type: 'finish', model: 'bench/stepper', reason: done ? 'stop' : 'tool-calls', usage: USAGE, costUsd: 0 };
    },
  };
}

function bytesWritten(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? Number.NaN);
}

async function longRun(): Promise<Figure[]> {
  const dir = tempDir();
  const marks: { cpu: number; bytes: number }[] = [];
  const origin = process.cpuUsage();
  const steps = ACTIONS / 2;
  const model = stepper(steps, () => marks.push({ cpu: cpuMs(origin), bytes: bytesWritten() }));
  const host = await startAgentHost({
    dataDir: dir.path,
    agents: ['a'],
    model: () => model,
    tools: testTools({ tiny: {} }),
  });
  const client = clientOf(host.agent);
  try {
    const run = async () => {
      const { id } = await client.create('a', 'Go.');
      const ended = await client.ended(id);
      if (ended.steps !== steps + 1)
        throw new Error(`the run ended after ${ended.steps} steps: ${ended.error?.message}`);
    };
    await run();
    const rounds: { cpu: number; bytes: number; early: number; late: number }[] = [];
    for (let round = 0; round < 5; round += 1) {
      marks.length = 0;
      await run();
      const cost = (from: number, to: number, what: 'cpu' | 'bytes') =>
        ((marks[to]?.[what] ?? Number.NaN) - (marks[from]?.[what] ?? Number.NaN)) / ((to - from) * 2);
      rounds.push({
        cpu: cost(0, steps, 'cpu'),
        bytes: cost(0, steps, 'bytes'),
        early: cost(2, 52, 'cpu'),
        late: cost(steps - 50, steps, 'cpu'),
      });
    }
    const of = (key: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[key]));
    return [
      { name: 'CPU per action', value: of('cpu'), unit: 'ms', budget: 0.5 },
      { name: 'bytes written per action (/proc/self/io)', value: of('bytes'), unit: 'B', budget: 12 * 1024 },
      { name: 'CPU per action, actions 5 to 105', value: of('early'), unit: 'ms' },
      { name: 'CPU per action, the last 100 of 500', value: of('late'), unit: 'ms' },
      { name: 'last beside first', value: of('late') / of('early'), unit: 'x', budget: 1.5 },
    ];
  } finally {
    await host.close();
    dir.remove();
  }
}

const figures = await longRun();
const comparable = peersReady();
report('bench:steps', comparable ? [...figures, ...(await besideAiSdk())] : figures);
if (!comparable && process.exitCode === 0) process.exitCode = 2;
