import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BadLineError, readBeir } from './beir.ts';

describe('ME-2 corpora in the formats of BEIR', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-beir-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const CORPUS = [
    '{"_id": "d1", "title": "T", "text": "one", "metadata": {"conversation": "c", "group": "g", "position": 3, "speaker": "Ann", "at": "2024-05-06T07:08:09Z"}}',
    '{"_id": "d2", "title": "", "text": "two", "metadata": {}}',
  ];
  const QUERIES = [
    '{"_id": "q1", "text": "which?", "metadata": {"class": "single", "group": "c"}}',
    '{"_id": "q2", "text": "other split"}',
  ];
  const QRELS = ['query-id\tcorpus-id\tscore', 'q1\td1\t2', 'q1\td2\t0'];
  const read = async ({ corpus = CORPUS, queries = QUERIES, qrels = QRELS } = {}) => {
    const files = { corpus: 'corpus.jsonl', queries: 'queries.jsonl', qrels: 'qrels.tsv' };
    for (const [name, lines] of [
      [files.corpus, corpus],
      [files.queries, queries],
      [files.qrels, qrels],
    ] as const) {
      await writeFile(join(folder, name), lines.join('\n'));
    }
    const at = (name: string) => join(folder, name);
    return await readBeir({
      corpus: at(files.corpus),
      queries: at(files.queries),
      qrels: at(files.qrels),
      placeByIds: true,
    });
  };

  it('are read with what they may have beside them', async () => {
    const { documents, questions, notes } = await read();
    expect(documents[0]).toEqual({
      id: 'd1',
      title: 'T',
      text: 'one',
      conversation: 'c',
      group: 'g',
      position: 3,
      speaker: 'Ann',
      at: Date.UTC(2024, 4, 6, 7, 8, 9),
    });
    expect(questions).toEqual([
      { id: 'q1', text: 'which?', kind: 'single', conversation: 'c', group: '', relevant: new Map([['d1', 2]]) },
    ]);
    expect(notes).toEqual([]);
  });

  it('take judgements as JSON Lines, empty lines and a byte order mark', async () => {
    const qrels = ['\uFEFF{"query-id": "q1", "corpus-id": "d1", "score": 1}', '', '  '];
    expect((await read({ qrels, corpus: [...CORPUS, ''] })).questions[0]?.relevant).toEqual(new Map([['d1', 1]]));
  });

  it('count documents that are judged and not there as not found, and say so', async () => {
    const { questions, notes } = await read({ qrels: [...QRELS, 'q1\tgone\t1'] });
    expect(questions[0]?.relevant.size).toBe(2);
    expect(notes).toEqual([expect.stringContaining('qrels.tsv:4')]);
  });

  it.each([
    ['no JSON', { corpus: [...CORPUS, '{"_id"'] }, 'corpus.jsonl:3'],
    ['no text', { corpus: ['{"_id": "d1"}'] }, 'corpus.jsonl:1'],
    ['an id twice', { corpus: [...CORPUS, '{"_id": "d2", "text": "x"}'] }, 'corpus.jsonl:3'],
    ['no time', { corpus: ['{"_id": "d1", "text": "x", "metadata": {"at": "soon"}}'] }, 'corpus.jsonl:1'],
    [
      'an unknown group',
      { queries: ['{"_id": "q1", "text": "x", "metadata": {"group": "nowhere"}}'] },
      'queries.jsonl:1',
    ],
    ['an unknown query', { qrels: [...QRELS, 'q9\td1\t1'] }, '"q9"'],
    ['two cells', { qrels: [...QRELS, 'q1\td1'] }, 'qrels.tsv:4'],
    ['only unknown documents', { qrels: ['q1\tgone\t1'] }, 'qrels.tsv'],
  ])('say where they cannot be read: %s', async (_, files, where) => {
    const reading = read(files);
    await expect(reading).rejects.toBeInstanceOf(BadLineError);
    await expect(reading).rejects.toThrow(where);
  });
});
