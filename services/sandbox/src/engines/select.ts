import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { Engine } from './engine.ts';

/** An engine that may or may not work on this host. */
export interface Candidate {
  readonly name: string;
  readonly level: sandboxpb.Level;
  /** Makes the engine; throws SANDBOX_UNAVAILABLE with instructions where something is missing. */
  readonly make: () => Promise<Engine>;
}

/** What became of trying an engine by a real run. */
export type Trial =
  | { readonly works: true; readonly engine: Engine; readonly startMs: number; readonly version: string }
  | { readonly works: false; readonly why: HoldfastError; readonly version: string };

const { Level } = sandboxpb;
const WORDS = { [Level.PROCESS]: 'process', [Level.CONTAINER]: 'container', [Level.MICROVM]: 'microvm' } as const;

/** Tries engines; a success is remembered, a failure is tried anew, so that what was repaired is found. */
export class EngineSelection {
  readonly #candidates: readonly Candidate[];
  readonly #default: sandboxpb.Level;
  readonly #try: (engine: Engine) => Promise<{ startMs: number }>;
  readonly #working = new Map<string, Engine>();
  readonly #made = new Map<string, Promise<Engine>>();
  readonly #trying = new Map<string, Promise<Trial>>();

  constructor(
    candidates: readonly Candidate[],
    defaultLevel: sandboxpb.Level,
    tryOut: (engine: Engine) => Promise<{ startMs: number }>,
  ) {
    this.#candidates = candidates;
    this.#default = defaultLevel;
    this.#try = tryOut;
  }

  get candidates(): readonly Candidate[] {
    return this.#candidates;
  }

  /** Those that a sandbox gets which asks for no level, the best first. */
  get defaults(): readonly Candidate[] {
    return this.#candidates.filter(({ level }) => level === this.#default || level === Level.UNISOLATED);
  }

  /** Really runs something in the engine. Two who ask at once wait for one trial. */
  trial(candidate: Candidate): Promise<Trial> {
    const under = this.#trying.get(candidate.name);
    if (under) return under;
    const trial = this.#trial(candidate).finally(() => this.#trying.delete(candidate.name));
    this.#trying.set(candidate.name, trial);
    return trial;
  }

  /**
   * An engine of the level asked for; of the default level, or where there is none of the operator's permission, where
   * nothing is asked for. Throws SANDBOX_UNAVAILABLE: never a weaker level than asked.
   */
  async engineFor(level: sandboxpb.Level): Promise<Engine> {
    const wanted =
      level === Level.UNSPECIFIED ? this.defaults : this.#candidates.filter((candidate) => candidate.level === level);
    const failures: HoldfastError[] = [];
    for (const candidate of wanted) {
      const known = this.#working.get(candidate.name);
      if (known) return known;
      const trial = await this.trial(candidate);
      if (trial.works) return trial.engine;
      failures.push(trial.why);
    }
    throw new HoldfastError('SANDBOX_UNAVAILABLE', whyNone(level, failures), { cause: failures[0] });
  }

  /** Every engine that could be made so far, working or not. */
  async made(): Promise<readonly Engine[]> {
    const results = await Promise.allSettled(this.#candidates.map((candidate) => this.#make(candidate)));
    return results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  }

  async #trial(candidate: Candidate): Promise<Trial> {
    let version = '';
    try {
      const engine = await this.#make(candidate);
      version = await engine.version();
      const { startMs } = await this.#try(engine);
      this.#working.set(candidate.name, engine);
      return { works: true, engine, startMs, version };
    } catch (error) {
      this.#working.delete(candidate.name);
      return { works: false, why: HoldfastError.from(error, 'SANDBOX_UNAVAILABLE'), version };
    }
  }

  #make(candidate: Candidate): Promise<Engine> {
    const known = this.#made.get(candidate.name);
    if (known) return known;
    const made = candidate.make();
    this.#made.set(candidate.name, made);
    made.catch(() => this.#made.delete(candidate.name));
    return made;
  }
}

function whyNone(level: sandboxpb.Level, failures: readonly HoldfastError[]): string {
  const word = WORDS[level as keyof typeof WORDS];
  if (failures.length > 0) {
    const all = failures.map(({ message }) => message).join(' ');
    return word === undefined ? all : `No engine of level ${word} works here. ${all}`;
  }
  return word === undefined
    ? 'Running without isolation is not allowed here (sandbox.allow_unisolated). Nothing was run.'
    : `No engine of level ${word} is configured here (sandbox.engines). Nothing was run.`;
}
