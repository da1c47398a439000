import type { Outcome } from './run.ts';

/** The figures as tables for people. */
export function tablesOf(outcome: Outcome, cutOffs: readonly number[]): string {
  const lines: string[] = [];
  for (const [kind, rows] of Map.groupBy(outcome.rows, (row) => row.kind)) {
    lines.push('', `${kind} (${rows[0]?.questions ?? 0} questions)`);
    lines.push(`  ${'stage'.padEnd(26)}${cutOffs.map((k) => `R@${k}`.padStart(8)).join('')} nDCG@10     MRR`);
    for (const { stage, quality } of rows) {
      const recall = cutOffs.map((k) => percent(quality.recall.get(k) ?? 0)).join('');
      lines.push(`  ${stage.padEnd(26)}${recall}${percent(quality.ndcg)}${percent(quality.reciprocalRank)}`);
    }
  }
  if (outcome.negatives.length > 0) {
    lines.push(
      '',
      `questions without an answer (${outcome.negatives[0]?.questions ?? 0}): how often they score under others`,
    );
    for (const { stage, under } of outcome.negatives) lines.push(`  ${stage.padEnd(26)}${percent(under)}`);
  }
  lines.push('', 'recall, milliseconds');
  for (const { stage, p50, p95 } of outcome.times) {
    lines.push(`  ${stage.padEnd(26)} p50 ${p50.toFixed(1).padStart(7)}  p95 ${p95.toFixed(1).padStart(7)}`);
  }
  lines.push('', `ingested and indexed: ${outcome.ingestedPerSecond.toFixed(0)} texts a second`);
  for (const reason of outcome.missing) lines.push(`MISSING ${reason}`);
  return `${lines.join('\n')}\n`;
}

/** The figures for machines. */
export function jsonOf(name: string, { rows, ...others }: Outcome): string {
  const plain = rows.map(({ quality, ...row }) => ({
    ...row,
    ...Object.fromEntries([...quality.recall].map(([k, value]) => [`recall@${k}`, value])),
    'ndcg@10': quality.ndcg,
    mrr: quality.reciprocalRank,
  }));
  return `${JSON.stringify({ title: 'bench:recall', corpus: name, rows: plain, ...others })}\n`;
}

function percent(value: number): string {
  return (100 * value).toFixed(1).padStart(8);
}
