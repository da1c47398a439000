import { createHash } from 'node:crypto';
import { chmod, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { applyToFile } from './apply.ts';
import { deltaOf, signatureOf } from './files.ts';
import { readSignature } from './signature.ts';
import { collect, pieces } from './testing/collect.ts';
import { noise, numbers } from './testing/pairs.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('TL-3 a delta applied to a file', () => {
  const before = noise(100_000, numbers(1));
  const after = Buffer.concat([before.subarray(40_000), Buffer.alloc(50_000), before.subarray(0, 30_000)]);
  let folder: string;
  let old: string;
  let delta: Buffer;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-apply-'));
    old = join(folder, 'old');
    await writeFile(old, before);
    await writeFile(join(folder, 'new'), after);
    const signature = await readSignature(signatureOf(old));
    delta = await collect(deltaOf(signature, join(folder, 'new')));
    await rm(join(folder, 'new'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Nothing was changed, and nothing is left over. */
  async function expectUntouched() {
    expect(await readdir(folder)).toStrictEqual(['old']);
    expect((await readFile(old)).equals(before)).toBe(true);
  }

  it('replaces it, with its permissions', async () => {
    await chmod(old, 0o666);
    const applied = await applyToFile(old, [delta], old, { sha256: sha256(after).toUpperCase() });
    expect(applied).toStrictEqual({ bytes: after.length, sha256: sha256(after) });
    expect((await readFile(old)).equals(after)).toBe(true);
    expect((await stat(old)).mode & 0o777).toBe(0o666);
    expect(await readdir(folder)).toStrictEqual(['old']);
  });

  it('makes another file of an open one, which stays open', async () => {
    const handle = await open(old, 'r');
    const target = join(folder, '磐石.bin');
    await applyToFile(handle, pieces(delta, 10), target);
    expect((await readFile(target)).equals(after)).toBe(true);
    expect((await handle.readFile()).equals(before)).toBe(true);
    await handle.close();
  });

  it('that is cut off leaves the file as it was', async () => {
    await expect(applyToFile(old, [delta.subarray(0, delta.length - 1)], old)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expectUntouched();
  });

  it('whose result has another SHA-256 leaves the file as it was', async () => {
    await expect(applyToFile(old, [delta], old, { sha256: sha256(before) })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expectUntouched();
  });

  it('that makes more than is allowed leaves the file as it was', async () => {
    await expect(applyToFile(old, [delta], old, { maxBytes: after.length - 1 })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    await expectUntouched();
  });

  it('whose connection breaks leaves the file as it was', async () => {
    const broken = async function* broken() {
      yield delta.subarray(0, 50);
      throw new Error('the connection is gone');
    };
    await expect(applyToFile(old, broken(), old)).rejects.toThrow('the connection is gone');
    await expectUntouched();
  });

  it('of a file that became shorter is refused', async () => {
    await writeFile(old, before.subarray(0, 99_000));
    await expect(applyToFile(old, [delta], old)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await readdir(folder)).toStrictEqual(['old']);
  });

  it('is stopped by its signal, as the making of a signature and a delta is', async () => {
    const signal = AbortSignal.abort();
    const canceled = { code: 'CANCELED' };
    await expect(applyToFile(old, [delta], old, { signal })).rejects.toMatchObject(canceled);
    await expect(collect(signatureOf(old, { signal }))).rejects.toMatchObject(canceled);
    const signature = await readSignature(signatureOf(old));
    await expect(collect(deltaOf(signature, old, signal))).rejects.toMatchObject(canceled);
    await expect(readSignature(signatureOf(old), { signal })).rejects.toMatchObject(canceled);
    await expectUntouched();
  });

  it('says when there is no file', async () => {
    await expect(applyToFile(join(folder, 'none'), [delta], old)).rejects.toMatchObject({ code: 'ENOENT' });
    await expectUntouched();
  });
});
