import { silentLogger } from '@holdfast/telemetry';

import { createTestEraser } from '../erase/testing.ts';
import { ForgettingConfigSchema } from '../forgetting/config.ts';
import { createCurve } from '../forgetting/curve.ts';
import { extractSummary } from '../forgetting/extract.ts';
import { createForgetting } from '../forgetting/forgetting.ts';
import { memoryIn } from '../indexer/testing.ts';
import { ADMIN, ALICE_SEES, turn } from '../records/testing.ts';

// A process for tests to kill. Tells what is acknowledged, a line each, and goes on until it is killed.
//   <data folder> <what it does> <seed> <dimensions> [<fault point> <how often it is passed before>]

const [folder = '', doing = '', seed = '', dimensions = '', point = '', passes = '0'] = process.argv.slice(2);

let left = Number(passes);
// Commits are many: those of a compression are meant.
let isCompressing = false;
const fault = (passed: string): void => {
  if (passed === 'before-replace') isCompressing = true;
  if (doing === 'compress' && passed.endsWith('-commit') && !isCompressing) return;
  if (passed === point && left-- === 0) process.kill(process.pid, 'SIGKILL');
};
const memory = await memoryIn(folder, {
  dimensions: Number(dimensions),
  recordsFault: fault,
  indexerFault: fault,
  vectorFault: fault,
});
const { records, indexer, database } = memory;
const eraser = await createTestEraser(memory, fault);
const config = ForgettingConfigSchema.parse({});
const forgetting = createForgetting({
  database,
  records,
  curve: createCurve(config),
  summarise: async (texts, maxTokens) => ({ text: extractSummary(texts, maxTokens), by: 'rules' }),
  config,
  now: () => memory.now,
  logger: silentLogger(),
  wake: () => indexer.wake(),
  fault,
});
// Writes to pipes are done when they return, on POSIX.
const say = (line: string) => process.stdout.write(`${line}\n`);
say('open');

for (let n = 0; ; n++) {
  const group = `${seed}-${n}`;
  // Neighbours, some of which are there already: as an ingestion that was begun twice.
  const drafts = Array.from({ length: 20 }, (_, at) =>
    turn(`note ${group} number ${at}`, at, { group, id: `${group}-${at}` }),
  );
  await records.add(drafts.filter((_, at) => at % 3 === 0));
  for (const { record } of await records.add(drafts)) say(`kept ${record.id}`);
  indexer.wake();
  if (doing === 'rebuild') {
    await indexer.settled();
    await (await indexer.serving()).index.rebuild();
  }
  if (doing === 'change' || n % 10 === 9) await indexer.settled();
  if (doing === 'compress') {
    memory.now += 400 * 86_400_000;
    await forgetting.compress(ADMIN, false);
  }
  if (doing === 'erase') {
    const ids = drafts.slice(0, 10).map(({ id }) => id ?? '');
    for (const id of ids) say(`erasing ${id}`);
    const what = { kind: 'ids', ids } as const;
    await eraser.erase({ viewer: ALICE_SEES, subject: 'test', reason: '', what });
    for (const id of ids) say(`erased ${id}`);
  }
  if (n === 200) break;
}
await database.close();
