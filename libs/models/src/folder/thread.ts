import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import { HoldfastError } from '@holdfast/protocol';

import { encode, groupsOf, type Tokenizer } from './encode.ts';
import { type Layout, readLayout, unusable } from './layout.ts';
import { outputFor, runGroup, type Session, type Tensor } from './session.ts';
import type { ThreadMessage, ThreadRequest, ThreadStart } from './wire.ts';

/** Tokens that are read at once: enough to keep a core busy, and little enough to be cancelled soon. */
const TOKENS_AT_ONCE = 4096;

interface Transformers {
  readonly PreTrainedTokenizer: new (tokenizer: object, config: object) => Tokenizer;
  readonly env: { allowRemoteModels: boolean };
}

interface Runtime {
  readonly InferenceSession: { create(file: string, options: object): Promise<Session> };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => Tensor;
}

const port = parentPort;
const start = workerData as ThreadStart;
const canceled = new Set<number>();

function say(message: ThreadMessage, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

async function open(): Promise<
  (texts: readonly string[], query: string | undefined, id: number) => Promise<Float32Array>
> {
  const layout = readLayout(start.folder);
  const load = createRequire(join(start.runtime, 'package.json'));
  const { PreTrainedTokenizer, env } = load('@huggingface/transformers') as Transformers;
  env.allowRemoteModels = false;
  const runtime = createRequire(load.resolve('@huggingface/transformers'))('onnxruntime-node') as Runtime;
  const tokenizer = attempt(layout, 'tokenizer.json cannot be used', () => {
    return new PreTrainedTokenizer(layout.tokenizer, layout.tokenizerConfig);
  });
  const session = await runtime.InferenceSession.create(layout.modelFile, {
    logSeverityLevel: 3,
    // One core stays free for the server; the threads of the runtime keep theirs busy even while they wait.
    intraOpNumThreads: Math.max(1, availableParallelism() - 1),
  }).catch((error: unknown) => {
    throw unusable(layout.folder, `${layout.modelFile} cannot be loaded`, error);
  });
  const output = outputFor(session, start.task);
  const maxTokens = Math.min(start.maxTokens, layout.maxTokens);
  const makeTensor = (data: BigInt64Array, dims: readonly number[]) => new runtime.Tensor('int64', data, dims);

  const run = async (texts: readonly string[], query: string | undefined, id: number): Promise<Float32Array> => {
    const encoded = texts.map((text) => encode(tokenizer, text, query, maxTokens));
    const rows: Float32Array[] = [];
    for (const group of groupsOf(encoded, TOKENS_AT_ONCE)) {
      // Nobody waits for the rest.
      if (canceled.has(id)) return new Float32Array();
      const chosen = group.flatMap((at) => encoded[at] ?? []);
      const found = await runGroup(session, output, chosen, layout, makeTensor);
      for (const [place, at] of group.entries()) rows[at] = found[place] ?? new Float32Array();
    }
    return flat(rows);
  };

  const probe = await run(['.'], start.task === 'score' ? '.' : undefined, 0);
  say({ type: 'open', width: probe.length, fingerprint: await fingerprint(layout, maxTokens) });
  return run;
}

function attempt<T>(layout: Layout, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unusable(layout.folder, what, error);
  }
}

function flat(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) all.set(row, at * width);
  return all;
}

/** What the numbers depend on: the model and how texts are read. */
async function fingerprint(layout: Layout, maxTokens: number): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([layout.tokenizer, layout.tokenizerConfig, layout.pooling, maxTokens]));
  for await (const chunk of createReadStream(layout.modelFile, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return hash.digest('hex').slice(0, 12);
}

function bodyOf(error: unknown) {
  return HoldfastError.from(
    error,
    'MODEL_MALFORMED',
    `The model in ${start.folder} failed: ${error instanceof Error ? error.message : String(error)}. Nothing was changed.`,
  ).toBody();
}

/** Answers when the request before has been answered: side by side they would only wait for the same cores. */
async function answer(before: Promise<void>, request: Extract<ThreadRequest, { type: 'run' }>): Promise<void> {
  await before;
  const { id, texts, query } = request;
  try {
    const run = await opened;
    const rows = await run(texts, query, id);
    say({ type: 'done', id, rows }, [rows.buffer as ArrayBuffer]);
  } catch (error) {
    say({ type: 'error', id, error: bodyOf(error) });
  } finally {
    canceled.delete(id);
    answered = id;
  }
}

async function settled(): Promise<void> {
  try {
    await opened;
  } catch (error) {
    say({ type: 'failed', error: bodyOf(error) });
  }
}

const opened = open();
let last = settled();
let answered = 0;

port?.on('message', (request: ThreadRequest) => {
  if (request.type === 'run') last = answer(last, request);
  else if (request.id > answered) canceled.add(request.id);
});
