import { ModelsConfig, openModels, systemModelClock } from '@holdfast/models';

import { startAgentHost } from '../../tests/src/support/agent-host.ts';
import { clientOf } from '../../tests/src/support/client.ts';
import { testTools } from '../../tests/src/support/script.ts';
import { tempDir } from '../../tests/src/support/temp-dir.ts';
import { openAiSdkLoop } from './ai-sdk-floor.ts';
import { startProviderProcess } from './provider-process.ts';
import { cpuMs, type Figure, median } from './report.ts';

const TOOL_CALLS = 10;
const ROUNDS = 9;
const RUNS_PER_ROUND = 20;
const WARM_UP = 60;

/**
 * CPU of a durable run of 11 model calls and 10 tool calls beside that of the bare AI SDK streaming loop: in the same
 * process, in turns, against the same provider on a real socket. The AI SDK must be installed.
 */
export async function besideAiSdk(): Promise<Figure[]> {
  const dir = tempDir();
  const replies = Array.from({ length: TOOL_CALLS }, (_, n) => ({
    text: 'Next.',
    toolCalls: [{ name: 'tiny', arguments: { n } }],
  }));
  const provider = await startProviderProcess(dir.path, [...replies, { text: 'Done.' }]);
  const { openaiUrl } = provider;
  const models = await openModels(
    ModelsConfig.parse({
      providers: { bench: { type: 'openai-compatible', base_url: openaiUrl, models: ['scripted'] } },
      discover: false,
    }),
    { env: {}, fetch, clock: systemModelClock, random: Math.random },
  );
  const host = await startAgentHost({
    dataDir: dir.path,
    agents: ['a'],
    model: () => models.resolve(['bench/scripted']),
    tools: testTools({ tiny: {} }),
  });
  const client = clientOf(host.agent);
  const durable = async (runs: number) => {
    const since = process.cpuUsage();
    for (let n = 0; n < runs; n += 1) {
      const { id } = await client.create('a', 'Go.');
      const { steps, error } = await client.ended(id);
      if (steps !== TOOL_CALLS + 1) throw new Error(`the durable run made ${steps} model calls: ${error?.message}`);
    }
    return cpuMs(since) / runs;
  };
  try {
    const bare = await openAiSdkLoop(openaiUrl, TOOL_CALLS + 1);
    await durable(WARM_UP);
    await bare.measure(WARM_UP);
    const rounds: { durable: number; bare: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({ durable: await durable(RUNS_PER_ROUND), bare: await bare.measure(RUNS_PER_ROUND) });
    }
    return [
      { name: 'CPU per 10-tool run, durable', value: median(rounds.map((round) => round.durable)), unit: 'ms' },
      { name: 'CPU per 10-tool run, bare AI SDK loop', value: median(rounds.map((round) => round.bare)), unit: 'ms' },
      {
        name: 'durable beside bare (median of rounds)',
        value: median(rounds.map((round) => round.durable / round.bare)),
        unit: 'x',
        budget: 2,
      },
    ];
  } finally {
    await host.close();
    await provider.close();
    dir.remove();
  }
}
