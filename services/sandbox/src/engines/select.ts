import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { Engine } from './command-engine.ts';

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

/** Tries engines; a success is remembered, a failure is tried anew, so that what was repaired is found. */
export class EngineSelection {
  readonly #candidates: readonly Candidate[];
  readonly #try: (engine: Engine) => Promise<{ startMs: number }>;
  readonly #working = new Map<string, Engine>();

  constructor(candidates: readonly Candidate[], tryOut: (engine: Engine) => Promise<{ startMs: number }>) {
    this.#candidates = candidates;
    this.#try = tryOut;
  }

  get candidates(): readonly Candidate[] {
    return this.#candidates;
  }

  /** Really runs something in the engine. */
  async trial(candidate: Candidate): Promise<Trial> {
    let version = '';
    try {
      const engine = await candidate.make();
      version = await engine.version();
      const { startMs } = await this.#try(engine);
      this.#working.set(candidate.name, engine);
      return { works: true, engine, startMs, version };
    } catch (error) {
      this.#working.delete(candidate.name);
      return { works: false, why: HoldfastError.from(error, 'SANDBOX_UNAVAILABLE'), version };
    }
  }

  /**
   * An engine of the level asked for; of level process, or where there is none of the operator's permission, where
   * nothing is asked for. Throws SANDBOX_UNAVAILABLE: never a weaker level than asked.
   */
  async engineFor(level: sandboxpb.Level): Promise<Engine> {
    if (level === sandboxpb.Level.CONTAINER || level === sandboxpb.Level.MICROVM) {
      const word = level === sandboxpb.Level.CONTAINER ? 'container' : 'microvm';
      throw new HoldfastError(
        'SANDBOX_UNAVAILABLE',
        `This version has no engine of level ${word}. Ask for level process, or for none. Nothing was run.`,
      );
    }
    const wanted = this.#candidates.filter(
      (candidate) => level === sandboxpb.Level.UNSPECIFIED || candidate.level === level,
    );
    let why: HoldfastError | undefined;
    for (const candidate of wanted) {
      const known = this.#working.get(candidate.name);
      if (known) return known;
      const trial = await this.trial(candidate);
      if (trial.works) return trial.engine;
      why ??= trial.why;
    }
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      why?.message ?? 'Running without isolation is not allowed here (sandbox.allow_unisolated). Nothing was run.',
      { cause: why },
    );
  }
}
