import type { Embedder, Reranker } from '@holdfast/models';

import { percentile } from '../report.ts';
import type { BenchCase, BenchQuestion } from './case.ts';
import { meanOf, type Quality, qualityOf } from './measures.ts';
import { type Stage, stagesOf } from './stages.ts';
import { type Answer, openBenchStore } from './store.ts';

/** What a stage reached with the questions of one class; `all` has every class. */
export interface Row {
  readonly stage: string;
  readonly kind: string;
  readonly questions: number;
  readonly quality: Quality;
}

/** How well questions without an answer are told from others by the score that a source gives the first hit. */
export interface Negatives {
  readonly stage: string;
  readonly questions: number;
  /** How often such a question's score is under that of one with an answer, of all pairs (area under the ROC curve). */
  readonly under: number;
}

/** How long recall took, milliseconds. */
export interface Times {
  readonly stage: string;
  readonly p50: number;
  readonly p95: number;
}

/** Everything that was measured. */
export interface Outcome {
  readonly rows: readonly Row[];
  readonly negatives: readonly Negatives[];
  readonly times: readonly Times[];
  readonly missing: readonly string[];
  readonly ingestedPerSecond: number;
}

/** With what a corpus is measured. */
export interface RunOptions {
  readonly embedder: Embedder;
  readonly reranker: Reranker | undefined;
  readonly cutOffs: readonly number[];
  readonly progress: (text: string) => void;
}

/** Asks every question in every stage. */
export async function measure(bench: BenchCase, options: RunOptions): Promise<Outcome> {
  const { embedder, reranker, cutOffs, progress } = options;
  const stages = stagesOf({ reranker: reranker !== undefined });
  const rows: Row[] = [];
  const negatives: Negatives[] = [];
  const times: Times[] = [];
  const missing = new Set<string>();
  let ingestedPerSecond = 0;
  const limit = Math.min(100, Math.max(10, ...cutOffs));
  for (const part of Map.groupBy(stages, ({ inLine, reranked }) => `${inLine} ${reranked}`).values()) {
    const [{ inLine, reranked } = { inLine: true, reranked: false }] = part;
    const store = await openBenchStore(bench, {
      embedder,
      reranker: reranked ? reranker : undefined,
      inLine,
      progress: (done, of, what) => progress(`${done} of ${of} ${what}`),
    });
    try {
      if (inLine) ingestedPerSecond = store.ingestedPerSecond;
      for (const stage of part) {
        const answers = new Map<BenchQuestion, Answer>();
        for (const question of bench.questions) {
          const answer = await store.ask(question, stage.config, limit);
          answers.set(question, answer);
          for (const reason of answer.missing) missing.add(`${stage.name}: ${reason}`);
          if (answers.size % 100 === 0)
            progress(`${stage.name}: ${answers.size} of ${bench.questions.length} questions`);
        }
        rows.push(...rowsOf(stage, answers, cutOffs));
        negatives.push(...negativesOf(stage, answers));
        const ms = [...answers.values()].map((answer) => answer.ms);
        times.push({ stage: stage.name, p50: percentile(ms, 50), p95: percentile(ms, 95) });
      }
    } finally {
      await store.close();
    }
  }
  return { rows, negatives, times, missing: [...missing], ingestedPerSecond };
}

function rowsOf(
  { name }: Stage,
  answers: ReadonlyMap<BenchQuestion, Answer>,
  cutOffs: readonly number[],
): readonly Row[] {
  const classes = new Map<string, Quality[]>([['all', []]]);
  for (const [{ kind, relevant }, { found }] of answers) {
    if (relevant.size === 0) continue;
    const quality = qualityOf(found, relevant, cutOffs);
    for (const one of kind === '' ? ['all'] : ['all', kind]) classes.set(one, [...(classes.get(one) ?? []), quality]);
  }
  return [...classes].map(([kind, qualities]) => ({
    stage: name,
    kind,
    questions: qualities.length,
    quality: meanOf(qualities, cutOffs),
  }));
}

function negativesOf({ name }: Stage, answers: ReadonlyMap<BenchQuestion, Answer>): readonly Negatives[] {
  const best = ({ first }: Answer) => first?.sources.reduce((most, { score }) => Math.max(most, score), 0) ?? 0;
  const scores = Map.groupBy(answers, ([{ relevant }]) => relevant.size === 0);
  const without = (scores.get(true) ?? []).map(([, answer]) => best(answer));
  const others = (scores.get(false) ?? []).map(([, answer]) => best(answer));
  if (without.length === 0 || others.length === 0) return [];
  const under = without.reduce((sum, score) => sum + others.filter((other) => score < other).length, 0);
  return [{ stage: name, questions: without.length, under: under / (without.length * others.length) }];
}
