/** How good one order of documents is. */
export interface Quality {
  /** By cut-off: the share of what is relevant that is among the first k. */
  readonly recall: ReadonlyMap<number, number>;
  /** Normalised discounted cumulative gain at 10 (Järvelin and Kekäläinen, 2002), with gains as the grades are. */
  readonly ndcg: number;
  /** One through the place of the first that is relevant; 0: it is not among those that were found. */
  readonly reciprocalRank: number;
}

const NDCG_AT = 10;

/**
 * Measures one order.
 *
 * @param found ids, best first, each once
 * @param relevant grades by id; at least one
 */
export function qualityOf(
  found: readonly string[],
  relevant: ReadonlyMap<string, number>,
  cutOffs: readonly number[],
): Quality {
  const wanted = [...relevant].filter(([, grade]) => grade > 0);
  const recall = new Map(
    cutOffs.map((k) => {
      const first = new Set(found.slice(0, k));
      return [k, wanted.filter(([id]) => first.has(id)).length / wanted.length];
    }),
  );
  const gain = gainOf(found.slice(0, NDCG_AT).map((id) => Math.max(0, relevant.get(id) ?? 0)));
  const best = gainOf(
    wanted
      .map(([, grade]) => grade)
      .sort((a, b) => b - a)
      .slice(0, NDCG_AT),
  );
  const first = found.findIndex((id) => (relevant.get(id) ?? 0) > 0);
  return { recall, ndcg: best === 0 ? 0 : gain / best, reciprocalRank: first < 0 ? 0 : 1 / (first + 1) };
}

function gainOf(grades: readonly number[]): number {
  return grades.reduce((sum, grade, at) => sum + grade / Math.log2(at + 2), 0);
}

/** The mean of several. */
export function meanOf(qualities: readonly Quality[], cutOffs: readonly number[]): Quality {
  const mean = (value: (quality: Quality) => number) =>
    qualities.reduce((sum, quality) => sum + value(quality), 0) / Math.max(1, qualities.length);
  return {
    recall: new Map(cutOffs.map((k) => [k, mean(({ recall }) => recall.get(k) ?? 0)])),
    ndcg: mean(({ ndcg }) => ndcg),
    reciprocalRank: mean(({ reciprocalRank }) => reciprocalRank),
  };
}
