import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ADMIN } from '../records/testing.ts';
import { chunksOf } from './chunk.ts';
import { extractMarkdown } from './extract/markdown.ts';
import { documentsIn, steadyMarkdown } from './testing.ts';

const PROGRAM = fileURLToPath(new URL('./interrupted-process.ts', import.meta.url));
const OLD = steadyMarkdown(1, 220);
// Every chunk after the first third is another one, so that chunks are added, kept and removed.
const NEW = OLD.slice(0, OLD.length / 3) + steadyMarkdown(2, 200);

describe('ME-1 a process killed inside the ingestion of a document', { timeout: 120_000 }, () => {
  let before = '';
  let folder = '';
  let id = '';
  let old = new Map<string, string>();
  beforeAll(async () => {
    before = await mkdtemp(join(tmpdir(), 'holdfast-documents-'));
    const opened = await documentsIn(before);
    ({ id } = await opened.read('book.md', OLD));
    old = new Map((await opened.chunks(id)).map((chunk) => [chunk.text, chunk.id]));
    await opened.close();
  }, 60_000);
  afterAll(() => rm(before, { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-documents-'));
    await cp(before, join(folder, 'data'), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ['content-kept', 1],
    ['chunks-added', 1],
    ['chunks-added', 2],
    ['chunks-erased', 1],
    ['before-ready', 1],
  ] as const)('goes on after the next start, each chunk exactly once: %s %i', async (point, times) => {
    const data = join(folder, 'data');
    const path = join(folder, 'new.md');
    await writeFile(path, NEW);
    const child = spawn(process.execPath, [PROGRAM, data, path, point, String(times)], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

    const opened = await documentsIn(data);
    expect(await opened.documents.get(ADMIN, id)).toMatchObject({
      state: point === 'content-kept' ? 'reading' : 'indexing',
    });
    await opened.documents.start();
    await opened.documents.settled();
    const document = await opened.documents.get(ADMIN, id);
    expect(document.state).toBe('ready');
    const chunks = await opened.chunks(id);
    const expected = chunksOf(extractMarkdown(NEW).blocks).map(({ text }) => text);
    expect(chunks.map(({ text }) => text)).toEqual(expected);
    expect(document).toMatchObject({ chunks: expected.length, chunksDone: expected.length });
    expect(document.chunksAdded + document.chunksKept).toBe(expected.length);
    expect(document.chunksKept + document.chunksRemoved).toBe(old.size);
    expect(chunks.filter(({ text, id: memory }) => old.get(text) === memory).length).toBe(document.chunksKept);
    expect(document.chunksKept).toBeGreaterThan(10);
    await opened.close();
  });

  it('completes a removal that was interrupted', async () => {
    const opened = await documentsIn(join(folder, 'data'));
    // As a process leaves it that is killed after the first step.
    await opened.database.transact([{ sql: 'update memory_document set removing = 1, pending = 1', params: [] }]);
    await expect(opened.documents.get(ADMIN, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await opened.documents.start();
    await opened.documents.settled();
    expect(await opened.chunks(id)).toEqual([]);
    expect(await opened.read('book.md', 'New.')).toMatchObject({ state: 'ready' });
    await opened.close();
  });
});
