import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { ContainerImages } from '../../images/container-images.ts';
import { DaemonApi } from './api.ts';
import { findSocket, type Product } from './product.ts';

const SizeSchema = z.object({ Size: z.number() });

/** The images in the store of Docker or Podman, as templates need them. Each call finds the socket anew. */
export function containerImages(product: Product, env: Readonly<NodeJS.ProcessEnv>): ContainerImages {
  const api = (): DaemonApi => new DaemonApi(findSocket(product, env), product.title, product.instructions);
  return {
    name: product.name,
    async import(tar, reference, { signal }) {
      await importTar({ product, env, reference, signal }, createReadStream(tar));
    },
    async bytes(reference) {
      const answer = await api().do({ method: 'GET', path: `/images/${encodeURIComponent(reference)}/json` }, [404]);
      if (answer.status === 404) return undefined;
      return SizeSchema.parse(JSON.parse(answer.body.toString('utf8'))).Size;
    },
    async remove(reference) {
      await api().do({ method: 'DELETE', path: `/images/${encodeURIComponent(reference)}` }, [404]);
    },
  };
}

/** The reference of the image that engines are tried with: nothing but empty folders, and so only our agent. */
const PROBE = 'holdfast-probe:1';
/** Two blocks of zeros: a tar without entries needs one. */
const BLOCK = 512;

/** Makes the image that a trial of an engine needs, unless it is there. Its reference. */
export async function probeImage(product: Product, env: Readonly<NodeJS.ProcessEnv>): Promise<string> {
  const images = containerImages(product, env);
  if ((await images.bytes(PROBE)) === undefined) {
    await importTar({ product, env, reference: PROBE }, Readable.from([tarOfFolders(['etc/', 'tmp/'])]));
  }
  return PROBE;
}

async function importTar(
  to: { product: Product; env: Readonly<NodeJS.ProcessEnv>; reference: string; signal?: AbortSignal },
  tar: Readable,
): Promise<void> {
  const { product, env, reference, signal } = to;
  const [repository = '', tag = 'latest'] = reference.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: repository, tag });
  const sent = request({
    socketPath: findSocket(product, env),
    method: 'POST',
    path: `/images/create?${query.toString()}`,
    agent: false,
    headers: { host: 'localhost', 'content-type': 'application/x-tar' },
    ...(signal ? { signal } : {}),
  });
  const answered = new Promise<string>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      text(response).then(
        (body) => resolve(response.statusCode === 200 ? body : `"error" HTTP ${response.statusCode}: ${body}`),
        reject,
      );
    });
  });
  answered.catch(() => undefined);
  await pipeline(tar, sent);
  const said = await answered;
  if (!said.includes('"error"')) return;
  throw new HoldfastError(
    'UNAVAILABLE',
    `${product.title} could not import the image ${reference}: ${said.slice(0, 500)}`,
  );
}

/** A tar (ustar) of empty folders. */
function tarOfFolders(names: readonly string[]): Buffer {
  const headers = names.map((name) => {
    const header = Buffer.alloc(BLOCK);
    header.write(name, 0);
    header.write('0000755\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write('00000000000\0', 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('5', 156);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return header;
  });
  return Buffer.concat([...headers, Buffer.alloc(2 * BLOCK)]);
}
