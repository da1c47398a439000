import { median } from './report.ts';

/** What is measured: `run` is timed, `after` is not. */
export interface Contender<T = void> {
  readonly name: string;
  run(): Promise<T>;
  /** Clears away what `run` has made. */
  after?(made: T): Promise<unknown>;
}

/** How long something takes, milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/**
 * The medians of so many rounds, milliseconds, by name. In each round everybody has a turn, so that what else the machine
 * does comes upon all alike; the first rounds, which warm caches, do not count.
 */
export async function medians<T>(
  rounds: number,
  contenders: readonly Contender<T>[],
  { warmUp = 3 } = {},
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const contender of contenders) {
      const began = performance.now();
      const made = await contender.run();
      const ms = performance.now() - began;
      await contender.after?.(made);
      if (round >= 0) times.get(contender.name)?.push(ms);
    }
  }
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}
