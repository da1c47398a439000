import { HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Scope } from '../record.ts';
import { BOUNDS } from './bounds.ts';
import type { Working, WorkingItem } from './working.ts';

/** A store of conversations over a server of its own. */
export interface WorkingSubject {
  readonly working: Working;
  /** Lets as much time pass as a conversation lives, or waits for it. */
  readonly outlive: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An item of a conversation. */
export function said(text: string, role = 'user'): WorkingItem {
  return { role, text, at: 1000, attributes: { n: text.length } };
}

/** The suite that every store of conversations passes. `open` gives a sentence where it cannot run here. */
export function describeWorking(product: string, open: () => Promise<WorkingSubject | string>): void {
  describe(`ME-1 conversations at hand in ${product}`, () => {
    let subject: WorkingSubject | undefined;
    let missing = '';
    let tenants = 0;
    const test = (title: string, body: (on: Working, scope: Scope) => Promise<void>) =>
      it(title, async (context) => {
        if (!subject) return context.skip(missing);
        await body(subject.working, { tenant: `tenant ${++tenants}`, user: 'alice', agent: 'helper' });
      });
    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else subject = opened;
    });
    afterAll(() => subject?.close());
    const texts = async (on: Working, tenant: string, session: string, from?: number) =>
      (await on.read(tenant, session, from))?.items.map(({ text }) => text);

    test('keeps items in their order, with all that they say', async (on, scope) => {
      const first = await on.append(scope, 'talk', [said('one'), said('二\u{1F600}', 'assistant')]);
      expect(first).toMatchObject({ session: 'talk', scope, count: 2, summary: '', summarised: 0 });
      expect(first.expiresAt).toBeGreaterThan(first.usedAt);
      await on.append(scope, 'talk', [said('three')]);
      const read = await on.read(scope.tenant, 'talk');
      expect(read?.items).toEqual([said('one'), said('二\u{1F600}', 'assistant'), said('three')]);
      expect(read?.session.count).toBe(3);
      expect(await texts(on, scope.tenant, 'talk', 2)).toEqual(['three']);
      expect(await texts(on, scope.tenant, 'talk', 9)).toEqual([]);
      expect(await on.read(scope.tenant, 'nothing')).toBeUndefined();
    });

    test('adds only to what is there as believed', async (on, scope) => {
      await on.append(scope, 'talk', [said('one')], 0);
      await expect(on.append(scope, 'talk', [said('lost')], 0)).rejects.toMatchObject({
        code: 'CONFLICT',
        details: { count: 1 },
      });
      const both = await Promise.allSettled(
        ['two', 'zwei', '二', 'deux'].map((text) => on.append(scope, 'talk', [said(text)], 1)),
      );
      expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await texts(on, scope.tenant, 'talk')).toHaveLength(2);
    });

    test('loses nothing of what many add at once', async (on, scope) => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => on.append(scope, 'talk', [said(`a${n}`), said(`b${n}`)])));
      const all = (await texts(on, scope.tenant, 'talk')) ?? [];
      expect(all).toHaveLength(40);
      // What was added together stays together.
      for (let n = 0; n < 20; n++) expect(all.indexOf(`b${n}`)).toBe(all.indexOf(`a${n}`) + 1);
    });

    test('keeps tenants apart, whatever their names are', async (on, scope) => {
      for (const tenant of ['a:b', 'a}{b', 'a%3Ab', scope.tenant])
        await on.append({ ...scope, tenant }, 'x', [said(tenant)]);
      expect(await texts(on, 'a:b', 'x')).toEqual(['a:b']);
      expect(await texts(on, 'a}{b', 'x')).toEqual(['a}{b']);
      expect((await on.list('a%3Ab')).map(({ session }) => session)).toEqual(['x']);
    });

    test('keeps a summary that reaches further, and no other', async (on, scope) => {
      await on.append(scope, 'talk', [said('one'), said('two'), said('three')]);
      expect(await on.summarise(scope.tenant, 'talk', 'Both.', 2)).toBe(true);
      expect(await on.summarise(scope.tenant, 'talk', 'Late.', 1)).toBe(false);
      expect(await on.summarise(scope.tenant, 'talk', 'Too far.', 4)).toBe(false);
      expect(await on.summarise(scope.tenant, 'nothing', 'None.', 1)).toBe(false);
      expect((await on.read(scope.tenant, 'talk'))?.session).toMatchObject({ summary: 'Both.', summarised: 2 });
    });

    test('lists, clears, and erases all of a user', async (on, scope) => {
      await on.append(scope, 'one', [said('1')]);
      await on.append({ ...scope, user: 'bob' }, 'two', [said('2')]);
      await on.append(scope, 'three', [said('3')]);
      expect((await on.list(scope.tenant)).map(({ session }) => session).toSorted()).toEqual(['one', 'three', 'two']);
      expect([await on.clear(scope.tenant, 'one'), await on.clear(scope.tenant, 'one')]).toEqual([true, false]);
      expect(await on.eraseUser(scope.tenant, 'alice')).toBe(1);
      expect((await on.list(scope.tenant)).map(({ session }) => session)).toEqual(['two']);
      expect(await on.read(scope.tenant, 'three')).toBeUndefined();
      const again = await on.append(scope, 'one', [said('anew')]);
      expect(again.count).toBe(1);
    });

    test('refuses what cannot be kept, and keeps nothing of it', async (on, scope) => {
      const refused = async (work: Promise<unknown>, code: string) =>
        expect(HoldfastError.has(await work.catch((error: unknown) => error), code as 'CONFLICT')).toBe(true);
      await refused(on.append(scope, '', [said('x')]), 'INVALID_ARGUMENT');
      await refused(on.append(scope, 'n'.repeat(BOUNDS.name + 1), [said('x')]), 'INVALID_ARGUMENT');
      await refused(on.append(scope, 'talk', [said('fine'), said('nul \0')]), 'INVALID_ARGUMENT');
      await refused(on.append(scope, 'talk', [said('x'.repeat(BOUNDS.chars + 1))]), 'TOO_LARGE');
      const many = Array.from({ length: 50 }, () => said('x'.repeat(BOUNDS.chars)));
      await refused(on.append(scope, 'talk', many), 'TOO_LARGE');
      await on.append(
        scope,
        'talk',
        Array.from({ length: BOUNDS.items - 1 }, () => said('')),
      );
      await refused(on.append(scope, 'talk', [said('a'), said('b')]), 'LIMIT_EXCEEDED');
      expect((await on.read(scope.tenant, 'talk', BOUNDS.items))?.session.count).toBe(BOUNDS.items - 1);
    });

    test('lets go of what was not used for as long as it lives, and of nothing else', async (on, scope) => {
      await on.append(scope, 'old', [said('old')]);
      await subject?.outlive();
      expect(await on.read(scope.tenant, 'old')).toBeUndefined();
      expect(await on.list(scope.tenant)).toEqual([]);
      await on.append(scope, 'old', [said('new')]);
      await on.sweep();
      expect(await texts(on, scope.tenant, 'old')).toEqual(['new']);
    });
  });
}
