import { type RecallConfig, RecallConfigSchema } from '../../../services/memory/src/recall/config.ts';

/** One way of finding: what is left out of it, and whether texts know their neighbours. */
export interface Stage {
  readonly name: string;
  readonly config: RecallConfig;
  readonly inLine: boolean;
  readonly reranked: boolean;
}

const DEFAULTS = RecallConfigSchema.parse({});
const PLAIN = { related: false, hints: false, graph_weight: 0 } as const;
const ALONE = { dense_weight_lexical: 0, dense_weight_model: 0 } as const;

/** The stages, each with something more than the one before. The last is the product as it is delivered. */
export function stagesOf({ reranker }: { readonly reranker: boolean }): readonly Stage[] {
  const stage = (name: string, config: Partial<RecallConfig>, inLine = true): Stage => ({
    name,
    config: { ...DEFAULTS, ...config, context_span: 0 },
    inLine,
    reranked: false,
  });
  return [
    stage('bm25, no neighbours', { ...PLAIN, ...ALONE }, false),
    stage('bm25', { ...PLAIN, ...ALONE }),
    stage('dense', { ...PLAIN, bm25_weight: 0, dense_weight_lexical: 1, dense_weight_model: 1 }),
    stage('fusion', PLAIN),
    stage('fusion + graph', { ...PLAIN, graph_weight: DEFAULTS.graph_weight }),
    stage('fusion + related', { ...PLAIN, related: true }),
    stage('as delivered', {}),
    ...(reranker ? [{ name: 'as delivered, reranked', config: DEFAULTS, inLine: true, reranked: true }] : []),
  ];
}
