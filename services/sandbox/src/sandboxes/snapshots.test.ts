import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Snapshots } from './snapshots.ts';

let folder: string;
let clock = 0;
let count = 0;
const open = () => Snapshots.open({ folder, newId: () => `s${(count += 1)}`, now: () => (clock += 1) });

/** The part of a sandbox that a snapshot is taken of. */
function sandbox(id: string, tenant: string, save: ((folder: string) => Promise<void>) | undefined) {
  const box = save ? { snapshot: save } : {};
  return {
    id,
    identity: { tenant },
    made: { box, engine: 'test', template: { id: 'base', names: [] } },
  } as unknown as Parameters<Snapshots['take']>[0];
}
const saving = async (into: string) => writeFile(join(into, 'memory'), 'x');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-snapshots-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('Snapshots (SB-1)', () => {
  it('are found by id and by name, with or without a tag, the newest of a name', async () => {
    const snapshots = await open();
    const first = await snapshots.take(sandbox('i1', 'one', saving), 'web');
    const second = await snapshots.take(sandbox('i2', 'one', saving), 'web');
    expect(snapshots.find('web', 'one')?.id).toBe(second.id);
    expect(snapshots.find(`${first.id}:default`, 'one')).toMatchObject({ sandbox: 'i1', template: 'base' });
    expect(snapshots.list('one').map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(existsSync(join(first.folder, 'memory'))).toBe(true);
  });

  it('belong to one tenant (QA-4)', async () => {
    const snapshots = await open();
    await snapshots.take(sandbox('i1', 'one', saving), 'web');
    expect(snapshots.find('web', 'other')).toBeUndefined();
    expect(snapshots.list('other')).toEqual([]);
  });

  it('outlive the service; what a crash left half made does not', async () => {
    const taken = await (await open()).take(sandbox('i1', 'one', saving), undefined);
    mkdirSync(join(folder, 'half'));
    writeFileSync(join(folder, 'half', 'memory'), 'x');
    const again = await open();
    expect(again.list('one')).toEqual([taken]);
    expect(existsSync(join(folder, 'half'))).toBe(false);
    await again.delete(taken);
    expect((await open()).list('one')).toEqual([]);
  });

  it('leave nothing where they fail, and say so where the engine takes none', async () => {
    const snapshots = await open();
    const failing = async () => {
      throw new Error('no room');
    };
    await expect(snapshots.take(sandbox('i1', 'one', failing), 'x')).rejects.toThrow('no room');
    await expect(snapshots.take(sandbox('i1', 'one', undefined), 'x')).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    expect(snapshots.list('one')).toEqual([]);
    expect((await open()).list('one')).toEqual([]);
  });
});
