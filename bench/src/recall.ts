/**
 * How well memories are found: `npm run bench:recall [-- --split dev] [-- --json] [-- --k 5,10,20]` with the corpus of
 * this repository, or with any other one in BEIR's formats:
 *
 * `npm run bench:recall -- --corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv`
 *
 * `--embedder openai --embedder-url URL --embedder-model NAME` and `--reranker jina|cohere|tei --reranker-url URL
 * --reranker-model NAME` try models; keys are read from the variables that `--embedder-key-env` and `--reranker-key-env`
 * name. `--no-placing`: groups are not read from ids, nor
 * speakers from texts. What the files may hold: docs/recall.md.
 */
import { parseArgs } from 'node:util';

import {
  EmbedderConfigSchema,
  openEmbedder,
  openReranker,
  RerankerConfigSchema,
  systemModelClock,
} from '@holdfast/models';
import { HoldfastError } from '@holdfast/protocol';

import { BadLineError, readBeir } from './recall/beir.ts';
import type { BenchCase } from './recall/case.ts';
import { ownCase } from './recall/own.ts';
import { jsonOf, tablesOf } from './recall/print.ts';
import { measure } from './recall/run.ts';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    queries: { type: 'string' },
    qrels: { type: 'string' },
    'no-placing': { type: 'boolean', default: false },
    split: { type: 'string', default: 'held-out' },
    embedder: { type: 'string', default: 'lexical' },
    'embedder-url': { type: 'string' },
    'embedder-model': { type: 'string' },
    'embedder-folder': { type: 'string' },
    'embedder-key-env': { type: 'string' },
    'query-prefix': { type: 'string', default: '' },
    'document-prefix': { type: 'string', default: '' },
    reranker: { type: 'string', default: 'none' },
    'reranker-url': { type: 'string' },
    'reranker-model': { type: 'string' },
    'reranker-folder': { type: 'string' },
    'reranker-key-env': { type: 'string' },
    k: { type: 'string', default: '5,10,20' },
    json: { type: 'boolean', default: false },
  },
});

const say = (text: string) => process.stderr.write(`${text}\n`);
/** What was not given is left to the schema. */
const given = (fields: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

async function main(): Promise<void> {
  const cutOffs = values.k.split(',').map(Number);
  if (cutOffs.some((k) => !Number.isInteger(k) || k < 1 || k > 100)) {
    throw new BadLineError('--k takes whole numbers from 1 to 100, with commas between them.');
  }
  const deps = { env: process.env, fetch: globalThis.fetch, clock: systemModelClock, random: Math.random };
  const embedder = await openEmbedder(
    EmbedderConfigSchema.parse(
      given({
        provider: values.embedder,
        url: values['embedder-url'],
        model: values['embedder-model'],
        folder: values['embedder-folder'],
        api_key_env: values['embedder-key-env'],
        query_prefix: values['query-prefix'],
        document_prefix: values['document-prefix'],
      }),
    ),
    deps,
  );
  const reranker = await openReranker(
    RerankerConfigSchema.parse(
      given({
        provider: values.reranker,
        url: values['reranker-url'],
        model: values['reranker-model'],
        folder: values['reranker-folder'],
        api_key_env: values['reranker-key-env'],
      }),
    ),
    deps,
  );
  const bench = await chosen();
  const placed = new Set(bench.documents.map(({ conversation, group }) => `${conversation} ${group}`)).size;
  say(
    `${bench.documents.length} texts in ${placed} groups, ${bench.questions.length} questions; embedder ${embedder.id}`,
  );
  for (const note of bench.notes) say(`note: ${note}`);
  let said = 0;
  const progress = (text: string) => {
    // A line a second is enough.
    if (performance.now() - said < 1_000) return;
    said = performance.now();
    say(text);
  };
  const outcome = await measure(bench, { embedder, reranker, cutOffs, progress });
  process.stdout.write(values.json ? jsonOf(bench.name, outcome) : tablesOf(outcome, cutOffs));
  await embedder.close();
  await reranker?.close();
}

async function chosen(): Promise<BenchCase> {
  const { corpus, queries, qrels, split } = values;
  if (corpus === undefined && queries === undefined && qrels === undefined) {
    if (split !== 'dev' && split !== 'held-out') throw new BadLineError('--split is dev or held-out.');
    return ownCase(split);
  }
  if (corpus === undefined || queries === undefined || qrels === undefined) {
    throw new BadLineError('--corpus, --queries and --qrels belong together. Nothing was measured.');
  }
  return await readBeir({ corpus, queries, qrels, placeByIds: !values['no-placing'] });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof BadLineError || HoldfastError.is(error))) throw error;
  say(error.message);
  process.exitCode = 2;
}
