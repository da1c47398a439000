import { PEERS } from './peers.ts';
import { cpuMs } from './report.ts';

/** The bare AI SDK streaming loop, ready to be measured. */
export interface AiSdkLoop {
  /** Does so many runs, one after the other; resolves to the CPU that one of them took in this process, ms. */
  measure(runs: number): Promise<number>;
}

/**
 * Loads the AI SDK from bench/peers: it must be installed (see peers.ts).
 *
 * @param baseUrl of an OpenAI-compatible server, in a process of its own so that its CPU does not count
 * @param steps model calls that each run must make
 */
export async function openAiSdkLoop(baseUrl: string, steps: number): Promise<AiSdkLoop> {
  const source = new URL('src/ai-sdk-loop.ts', PEERS).href;
  const { openLoop } = (await import(source)) as { openLoop: (url: string) => () => Promise<number> };
  const run = openLoop(baseUrl);
  return {
    async measure(runs) {
      const since = process.cpuUsage();
      for (let n = 0; n < runs; n += 1) {
        const made = await run();
        if (made !== steps) throw new Error(`the AI SDK's loop made ${made} model calls, not ${steps}`);
      }
      return cpuMs(since) / runs;
    },
  };
}
