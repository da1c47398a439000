import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { z } from 'zod';

import type { BenchCase, BenchDocument, BenchQuestion } from './case.ts';
import { placedByIds, speakersByTexts } from './placing.ts';

const id = z.union([z.string().min(1), z.int().transform(String)]);
const name = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((value) => value ?? '');
const Corpus = z.looseObject({
  _id: id,
  title: name,
  text: z.string(),
  metadata: z
    .looseObject({
      conversation: name,
      scope: name,
      group: name,
      position: z.int().min(0).nullish(),
      speaker: name,
      at: z.union([z.number(), z.string()]).nullish(),
    })
    .nullish(),
});
const Queries = z.looseObject({
  _id: id,
  text: z.string().min(1),
  metadata: z.looseObject({ conversation: name, scope: name, group: name, class: name, category: name }).nullish(),
});
const Qrels = z.looseObject({ 'query-id': id, 'corpus-id': id, score: z.coerce.number() });

/** The files of a corpus in BEIR's formats. */
export interface BeirFiles {
  readonly corpus: string;
  readonly queries: string;
  readonly qrels: string;
  /** Whether groups are read from ids, and speakers from texts, where they are not given. */
  readonly placeByIds: boolean;
}

/** A line that cannot be read: which, and why. */
export class BadLineError extends Error {}

/**
 * Reads a corpus. `metadata` may have more than BEIR's: see docs/recall.md.
 *
 * @throws BadLineError with the file and the line
 */
export async function readBeir({ corpus, queries, qrels, placeByIds }: BeirFiles): Promise<BenchCase> {
  const read: BenchDocument[] = [];
  const ids = new Set<string>();
  const conversations = new Set<string>();
  const groups = new Set<string>();
  for await (const { value, where } of linesOf(corpus, Corpus)) {
    if (ids.has(value._id)) throw new BadLineError(`${where}: the id "${value._id}" is there twice.`);
    ids.add(value._id);
    const meta = value.metadata;
    const conversation = meta?.conversation || meta?.scope || '';
    conversations.add(conversation);
    groups.add(meta?.group ?? '');
    const placed = meta?.group !== undefined && meta.group !== '' && typeof meta.position === 'number';
    read.push({
      id: value._id,
      title: value.title,
      text: value.text,
      conversation,
      group: placed ? meta.group : '',
      position: placed ? (meta.position ?? 0) : 0,
      speaker: meta?.speaker ?? '',
      at: timeOf(meta?.at, where),
    });
  }
  const { relevant, notes } = await readQrels(qrels, ids);
  const questions: BenchQuestion[] = [];
  const asked = new Set<string>();
  for await (const { value, where } of linesOf(queries, Queries)) {
    if (asked.has(value._id)) throw new BadLineError(`${where}: the id "${value._id}" is there twice.`);
    asked.add(value._id);
    const meta = value.metadata;
    const scope = meta?.conversation || meta?.scope || '';
    const group = meta?.group ?? '';
    // What a question calls its group may be what the corpus calls a conversation.
    const conversation = scope === '' && conversations.has(group) ? group : scope;
    if (conversation !== '' && !conversations.has(conversation)) {
      throw new BadLineError(`${where}: no document of the corpus is of the conversation "${conversation}".`);
    }
    if (group !== '' && conversation !== group && !groups.has(group)) {
      throw new BadLineError(`${where}: no document of the corpus is of the group "${group}".`);
    }
    questions.push({
      id: value._id,
      text: value.text,
      kind: meta?.class || meta?.category || '',
      conversation,
      group: conversation === group ? '' : group,
      relevant: relevant.get(value._id) ?? new Map(),
    });
  }
  for (const query of relevant.keys()) {
    if (!asked.has(query)) throw new BadLineError(`${qrels}: the query "${query}" is not in ${queries}.`);
  }
  const documents = placeByIds ? speakersByTexts(placedByIds(read)) : read;
  const askedAt = documents.reduce((latest, { at }) => Math.max(latest, at ?? 0), 0) + 86_400_000;
  // BEIR's query files hold the questions of every split: those without a judgement are of another one.
  return {
    name: corpus,
    documents,
    questions: questions.filter(({ relevant: some }) => some.size > 0),
    askedAt,
    notes,
  };
}

/** What answers what, and what is odd about it. */
interface Judgements {
  readonly relevant: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly notes: readonly string[];
}

/** TSV with a header, or JSON Lines with the same names. What is not in the corpus counts as not found. */
async function readQrels(file: string, known: ReadonlySet<string>): Promise<Judgements> {
  const relevant = new Map<string, Map<string, number>>();
  const notes: string[] = [];
  let judgements = 0;
  for await (const { value, where } of linesOf(file, Qrels, ({ text, number }) => {
    const cells = text.split('\t');
    if (number === 1 && cells[0] === 'query-id') return undefined;
    if (cells.length !== 3)
      throw new BadLineError(`${file}:${number}: three cells, with tabs between them, are needed.`);
    return { 'query-id': cells[0], 'corpus-id': cells[1], score: cells[2] };
  })) {
    if (!known.has(value['corpus-id'])) {
      notes.push(`${where}: the document "${value['corpus-id']}" is not in the corpus and counts as not found.`);
    }
    judgements += 1;
    const grades = relevant.get(value['query-id']) ?? new Map<string, number>();
    if (value.score > 0) grades.set(value['corpus-id'], value.score);
    relevant.set(value['query-id'], grades);
  }
  if (notes.length === judgements) throw new BadLineError(`${file}: it names no document of the corpus.`);
  return { relevant, notes };
}

interface Line {
  readonly text: string;
  readonly number: number;
}

async function* linesOf<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  otherwise?: (line: Line) => unknown,
): AsyncGenerator<{ readonly value: z.output<Schema>; readonly where: string }> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number += 1;
    const where = `${file}:${number}`;
    const plain = number === 1 ? text.replace(/^\uFEFF/u, '') : text;
    if (plain.trim() === '') continue;
    const raw = otherwise && !plain.startsWith('{') ? otherwise({ text: plain, number }) : parsed(plain, where);
    if (raw === undefined) continue;
    const checked = schema.safeParse(raw);
    if (!checked.success) throw new BadLineError(`${where}: ${z.prettifyError(checked.error).replaceAll('\n', ' ')}`);
    yield { value: checked.data, where };
  }
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadLineError(`${where}: this is no JSON.`, { cause: error });
  }
}

function timeOf(at: number | string | null | undefined, where: string): number | undefined {
  if (at === null || at === undefined || at === '') return undefined;
  const time = typeof at === 'number' ? at : Date.parse(at);
  if (!Number.isFinite(time)) throw new BadLineError(`${where}: "at" is neither an ISO time nor epoch milliseconds.`);
  return Math.trunc(time);
}
