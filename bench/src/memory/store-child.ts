import { commonpb, create, memorypb } from '../../../libs/protocol/src/index.ts';
import { openStore } from './open-store.ts';
import { questionOf } from './sentences.ts';

// Opens a store that is there, asks it, and tells what that took, as JSON: <folder> <how many memories> <questions>

const [folder = '', size = '0', questions = '200'] = process.argv.slice(2);
const caller = create(commonpb.CallerSchema, { tenant: 'bench', subject: 'bench' });
const filter = create(memorypb.MemoryFilterSchema, { everybody: true });
const ask = (api: Awaited<ReturnType<typeof openStore>>['api'], query: string) =>
  api.recall(create(memorypb.RecallRequestSchema, { caller, query, filter, limit: 10 }));

globalThis.gc?.();
const before = process.memoryUsage.rss();
const began = performance.now();
const store = await openStore(folder);
// Until all sources answer: one that is not there yet is named as missing.
for (let answer = await ask(store.api, 'first'); answer.missing.length > 0; ) answer = await ask(store.api, 'first');
const openMs = performance.now() - began;
const times: number[] = [];
const bm25: number[] = [];
const dense: number[] = [];
const count = Number(questions);
for (let n = -20; n < count; n++) {
  const query = questionOf(Math.floor(((n + 20) * Number(size)) / (count + 20)));
  const at = performance.now();
  const { tookMs } = await ask(store.api, query);
  if (n < 0) continue;
  times.push(performance.now() - at);
  bm25.push(tookMs['bm25'] ?? 0);
  dense.push(tookMs['dense'] ?? 0);
}
globalThis.gc?.();
const grown = process.memoryUsage.rss() - before;
process.stdout.write(`${JSON.stringify({ openMs, times, bm25, dense, grown })}\n`);
await store.close();
