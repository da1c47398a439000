import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { What } from '../erase/store.ts';
import { ADMIN, ALICE, ALICE_SEES } from '../records/testing.ts';
import { documentsStore } from './erasable.ts';
import { steadyMarkdown, type TestDocuments, upload } from './testing.ts';

/** One database, seen by two processes (or twice by the same one). */
export interface DocumentsSetup {
  readonly first: TestDocuments;
  readonly second: TestDocuments;
  close(): Promise<void>;
}

/** What documents do on every SQL product; a string instead of the setup says why it cannot be run here. */
export function describeDocuments(product: string, open: () => Promise<DocumentsSetup | string>): void {
  describe(`ME-1 documents on ${product}`, { timeout: 60_000 }, () => {
    let setup: DocumentsSetup | undefined;
    let missing = '';
    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else setup = opened;
    }, 60_000);
    afterAll(() => setup?.close());

    const check = (name: string, run: (setup: DocumentsSetup) => Promise<void>) =>
      it(name, async ({ skip }) => {
        if (!setup) return skip(missing);
        await run(setup);
      });

    check('remembers a document as chunks in order, each with its headings and its source', async ({ first }) => {
      const document = await first.read(
        'guide.md',
        '# Guide\n\nHow to moor.\n\n## Ropes\n\nUse two ropes. 用两根绳子。\n',
      );
      expect(document).toMatchObject({ state: 'ready', format: 'markdown', title: 'Guide', chunks: 2, chunksDone: 2 });
      expect(document).toMatchObject({ chunksAdded: 2, chunksKept: 0, chunksRemoved: 0, error: undefined });
      const chunks = await first.chunks(document.id);
      expect(chunks.map(({ text }) => text)).toEqual(['Guide\n\nHow to moor.', 'Ropes\n\nUse two ropes. 用两根绳子。']);
      expect(chunks[1]).toMatchObject({ kind: 'chunk', group: document.id, scope: ALICE, state: 'active' });
      expect(chunks[1]?.attributes).toMatchObject({
        headings: ['Guide'],
        title: 'Guide',
        place: { unit: 'line', from: 5 },
      });
      expect(chunks[1]?.provenance).toMatchObject({
        trust: 'outside',
        origin: 'document',
        documentId: document.id,
        author: 'guide.md',
        location: 'Guide › Ropes',
      });
    });

    check('touches only what changed when a document is read again', async ({ first }) => {
      const text = steadyMarkdown(7, 30);
      const document = await first.read('book.md', text);
      const before = await first.chunks(document.id);
      const changed = text
        .replace('## ', 'A new paragraph about lighthouses. 灯塔。\n\n## ')
        .replace(/\n[^\n]*\n*$/, '\n');
      const again = await first.read('book.md', changed);
      expect(again.id).toBe(document.id);
      const after = await first.chunks(document.id);
      const kept = new Set(before.map(({ id }) => id));
      expect(after.filter(({ id }) => kept.has(id)).length).toBe(again.chunksKept);
      expect(again.chunksKept).toBeGreaterThan(before.length - 6);
      expect(again.chunksAdded + again.chunksKept).toBe(after.length);
      expect(again.chunksRemoved).toBe(before.length - again.chunksKept);
      expect(after.map(({ text: one }) => one).join('\n')).toContain('lighthouses');
      const fresh = await first.read('copy.md', changed);
      const texts = async (id: string) => (await first.chunks(id)).map(({ text: one }) => one);
      expect(await texts(document.id)).toEqual(await texts(fresh.id));
    });

    check('does nothing for the same content', async ({ first }) => {
      const document = await first.read('same.txt', '一样的内容。');
      const [chunk] = await first.chunks(document.id);
      expect(await first.put('same.txt', '一样的内容。')).toEqual(document);
      await first.documents.settled();
      expect(await first.chunks(document.id)).toEqual([chunk]);
    });

    check('keeps what was there when the new content cannot be read', async ({ first }) => {
      const document = await first.read('notes', 'Old notes.');
      const failed = await first.read('notes', '%PDF-1.7\nno pdf at all', {});
      expect(failed).toMatchObject({ id: document.id, state: 'failed', sha256: document.sha256 });
      expect(failed.error).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect((await first.chunks(document.id)).map(({ text }) => text)).toEqual(['Old notes.']);
      expect(await first.read('notes', 'New notes.')).toMatchObject({
        state: 'ready',
        error: undefined,
        chunksAdded: 1,
      });
      expect((await first.chunks(document.id)).map(({ text }) => text)).toEqual(['New notes.']);
    });

    check('keeps nothing of the content when it is ready, or has failed', async ({ first }) => {
      const document = await first.read('small.txt', 'Content.');
      const failed = await first.read('bad.pdf', '%PDF-1.7\nbad');
      const { results } = await first.database.transact([
        { sql: `select id from memory_document_content where id in ('${document.id}', '${failed.id}')`, params: [] },
      ]);
      expect(results[0]?.rows).toEqual([]);
    });

    check('removes a document with its chunks', async ({ first }) => {
      const document = await first.read('gone.md', steadyMarkdown(3, 4));
      const removed = await first.documents.remove(ALICE_SEES, document.id);
      expect(removed.memories).toBe(document.chunks);
      expect(await first.chunks(document.id)).toEqual([]);
      await expect(first.documents.get(ADMIN, document.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await first.read('gone.md', 'Again.')).toMatchObject({ state: 'ready', chunks: 1 });
    });

    check('erases a document, or all of a user, and nothing of others', async ({ first }) => {
      const carol = { tenant: 'acme', user: 'carol', agent: '' };
      const one = await first.read('one.txt', 'One.', { scope: carol });
      const two = await first.read('two.txt', 'Two.', { scope: carol });
      const three = await first.read('three.txt', 'Three.', { scope: carol });
      const other = await first.read('one.txt', 'One.');
      const store = documentsStore(first.documents, 'sql');
      const erase = async (what: What) => {
        const removed = await store.erase({ tenant: 'acme', what, targets: [] });
        return [removed, await store.left({ tenant: 'acme', what, targets: [] })];
      };
      expect(await store.left({ tenant: 'acme', what: { kind: 'user', name: 'carol' }, targets: [] })).toBe(3);
      expect(await erase({ kind: 'document', name: one.id })).toEqual([1, 0]);
      expect(await erase({ kind: 'user', name: 'carol' })).toEqual([2, 0]);
      expect(await erase({ kind: 'run', name: 'carol' })).toEqual([0, 0]);
      expect(await erase({ kind: 'user', name: '' })).toEqual([0, 0]);
      for (const { id } of [one, two, three]) expect(await first.chunks(id)).toEqual([]);
      expect((await first.chunks(other.id)).length).toBe(1);
    });

    check('leaves nothing of a document that is removed while it is read', async ({ first, second }) => {
      const { id } = await first.put('hurry.md', steadyMarkdown(11, 400));
      await second.documents.remove(ALICE_SEES, id);
      await first.documents.settled();
      expect(await first.chunks(id)).toEqual([]);
    });

    check('ends with the newest content, however fast they follow one another', async ({ first, second }) => {
      const ids = new Set<string>();
      for (let n = 0; n < 6; n++) {
        const { id } = await (n % 2 === 0 ? first : second).put('fast.txt', `Version ${n}.`);
        ids.add(id);
      }
      await Promise.all([first.documents.settled(), second.documents.settled()]);
      expect(ids.size).toBe(1);
      expect((await first.chunks([...ids][0] ?? '')).map(({ text }) => text)).toEqual(['Version 5.']);
    });

    check('is one document for two that bring it at the same time', async ({ first, second }) => {
      const [one, other] = await Promise.all([first.put('both.txt', 'Both.'), second.put('both.txt', 'Both.')]);
      await Promise.all([first.documents.settled(), second.documents.settled()]);
      expect(one.id).toBe(other.id);
      expect((await first.chunks(one.id)).length).toBe(1);
    });

    check('shows documents to those who see them, newest first, page by page', async ({ first }) => {
      const bob = { tenant: 'acme', user: 'bob', agent: '' };
      const { documents } = first;
      const mine = await documents.ingest(upload(bob, 'mine.txt', 'Mine.'), AbortSignal.timeout(9_000));
      const shared = await documents.ingest(
        upload({ ...bob, user: '' }, 'ours.txt', 'Ours.'),
        AbortSignal.timeout(9_000),
      );
      const seen = new Set<string>();
      let after = '';
      do {
        const page = await documents.list({ ...bob, everybody: false }, { after, limit: 1 });
        for (const { id } of page.documents) seen.add(id);
        after = page.next;
      } while (after !== '');
      expect(seen).toEqual(new Set([mine.id, shared.id]));
      await expect(documents.get(ALICE_SEES, mine.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(documents.remove(ALICE_SEES, mine.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const other = { ...ADMIN, tenant: 'other' };
      await expect(documents.get(other, shared.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await documents.count({ ...bob, everybody: false })).toBe(2);
      await expect(documents.list(ADMIN, { after: 'no token', limit: 1 })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
      await documents.settled();
    });
  });
}
