/**
 * How late the event loop is under 100 concurrent runs: `npm run bench:load [-- --json]`.
 *
 * Each run has 10 model calls, streamed in pieces, and 10 tool calls; all are worked on at once, on the embedded
 * database, each watched by one viewer. The delay is that of the process which does all of this.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { Model, ModelPart } from '@holdfast/models';

import { startAgentHost } from '../../tests/src/support/agent-host.ts';
import { clientOf } from '../../tests/src/support/client.ts';
import { testTools } from '../../tests/src/support/script.ts';
import { tempDir } from '../../tests/src/support/temp-dir.ts';
import { type Figure, report } from './report.ts';

const RUNS = 100;
const STEPS = 10;
const ROUNDS = 5;
const RESOLUTION_MS = 1;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const model: Model = {
  id: 'bench/load',
  playbook: false,
  async *stream({ messages }): AsyncGenerator<ModelPart, void, undefined> {
    const step = messages.filter((message) => message.role === 'assistant').length;
    for (let piece = 0; piece < 10; piece += 1) {
      await wait(10);
      yield { type: 'text', delta: 'A piece of text. ' };
    }
    yield { type: 'part', part: { type: 'text', text: 'A piece of text. '.repeat(10) } };
    if (step < STEPS)
      yield { type: 'part', part: { type: 'tool-call', id: `c${step}`, name: 'look', arguments: { step } } };
    const usage = { inputTokens: 100, outputTokens: 40, cachedInputTokens: 0 };
    yield { type: 'finish', model: 'bench/load', reason: step < STEPS ? 'tool-calls' : 'stop', usage, costUsd: 0 };
  },
};

const dir = tempDir();
const tools = testTools({ look: { run: async () => (await wait(20), { text: 'x'.repeat(2000) }) } });
const host = await startAgentHost({ dataDir: dir.path, agents: ['a'], model: () => model, tools });
const client = clientOf(host.agent);
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let events = 0;
const began = performance.now();
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    const runs = await Promise.all(Array.from({ length: RUNS }, () => client.create('a', 'Go.')));
    delay.enable();
    const seen = await Promise.all(runs.map(({ id }) => client.until(id, 'run.ended')));
    delay.disable();
    events += seen.flat().length;
  }
} finally {
  await host.close();
  dir.remove();
}
const seconds = (performance.now() - began) / 1000;
const late = (percentile: number) => Math.max(0, delay.percentile(percentile) / 1e6 - RESOLUTION_MS);
const figures: Figure[] = [
  { name: `event-loop delay under ${RUNS} concurrent runs, p50`, value: late(50), unit: 'ms' },
  { name: `event-loop delay under ${RUNS} concurrent runs, p99`, value: late(99), unit: 'ms', budget: 20 },
  { name: `event-loop delay under ${RUNS} concurrent runs, max`, value: late(100), unit: 'ms' },
  { name: 'actions per second', value: (ROUNDS * RUNS * (2 * STEPS + 1)) / seconds, unit: '/s' },
  { name: 'events delivered per second', value: events / seconds, unit: '/s' },
];
report('bench:load', figures);
