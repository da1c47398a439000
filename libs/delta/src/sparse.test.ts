import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { applyToFile } from './apply.ts';
import { deltaOf, signatureOf } from './files.ts';
import { readSignature } from './signature.ts';
import { noise, numbers } from './testing/pairs.ts';
import { HAS_RDIFF, rdiffAll, WITHOUT_RDIFF } from './testing/rdiff.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const BLOCK_BYTES = 65_536;
/** Above what the runtime holds by itself; the files have 1,024 MiB. */
const MAX_GROWTH = 400 * MIB;

describe.skipIf(!HAS_RDIFF)(`TL-3 sparse files of 1 GiB, with rdiff${WITHOUT_RDIFF}`, () => {
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-delta-1g-'));
    for (const name of ['before', 'after']) {
      const random = numbers(1);
      const file = await open(at(name), 'w');
      await file.truncate(GIB);
      for (const place of [0, 100 * MIB + 17, 700 * MIB, GIB - 5000])
        await file.write(noise(5000, random), 0, 5000, place);
      if (name === 'after') {
        await file.write(noise(300_000, random), 0, 300_000, 400 * MIB + 5);
        await file.write(noise(1, random), 0, 1, 700 * MIB + 99);
        await file.truncate(GIB + 12_345);
      }
      await file.close();
    }
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('go both ways, with memory that does not grow with them, and stay sparse', async () => {
    const memory = watchMemory();
    const expected = await sha256(at('after'));
    // One mebibyte of input at once, or rdiff takes most of its time for system calls.
    const buffers = `-I ${MIB} -O ${MIB}`;

    await writeFile(at('ours.sig'), memory.watched(signatureOf(at('before'), { blockBytes: BLOCK_BYTES })));
    await rdiffAll(folder, [
      `${buffers} -H md4 -b ${BLOCK_BYTES} -S 8 signature before theirs.sig`,
      `${buffers} delta ours.sig after theirs.delta`,
    ]);
    const theirs = await readSignature(createReadStream(at('theirs.sig')));
    await writeFile(at('ours.delta'), memory.watched(deltaOf(theirs, at('after'))));
    // Zeros that lie where zeros lay are one copy: there is what is new, the ends of its blocks, and little more.
    expect((await stat(at('ours.delta'))).size).toBeLessThan(300_000 + 5 * BLOCK_BYTES);

    await applyToFile(at('before'), memory.watched(createReadStream(at('theirs.delta'))), at('ours'), {
      sha256: expected,
    });
    expect((await stat(at('ours'))).blocks * 512).toBeLessThan(64 * MIB);
    expect(memory.growth()).toBeLessThan(MAX_GROWTH);
    await rdiffAll(folder, [`${buffers} patch before ours.delta theirs`]);
    expect(await sha256(at('theirs'))).toBe(expected);
  }, 180_000);
});

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: MIB })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Looks at the memory of this process whenever a chunk goes by, and now and then. */
function watchMemory() {
  const start = process.memoryUsage.rss();
  let most = start;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 20);
  timer.unref();
  return {
    async *watched(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        look();
        yield chunk;
      }
    },
    growth() {
      clearInterval(timer);
      return most - start;
    },
  };
}
