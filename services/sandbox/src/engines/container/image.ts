import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { DaemonApi } from './api.ts';
import { LABELS } from './container-config.ts';
import type { ImageUsers } from './etc-files.ts';
import { firstFileOfTar } from './first-file-of-tar.ts';
import type { Product } from './product.ts';

const ImageSchema = z.object({
  Id: z.string(),
  Config: z.object({ Volumes: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});
const CreatedSchema = z.object({ Id: z.string() });

/** An image of the engine's store. */
export interface Image {
  readonly id: string;
  readonly volumes: readonly string[];
}

/** Looks an image up. Throws FAILED_PRECONDITION with how to get it when the store has none of this name. */
export async function findImage(api: DaemonApi, product: Product, name: string): Promise<Image> {
  const call = { method: 'GET', path: `/images/${encodeURIComponent(name)}/json` } as const;
  const answer = await api.do(call, [404]);
  if (answer.status === 404) {
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      `${product.title} has no image "${name}". Get it (${product.pull(name)}), or build the template anew. Nothing was started.`,
    );
  }
  const { Id, Config } = ImageSchema.parse(JSON.parse(answer.body.toString('utf8')));
  return { id: Id, volumes: Object.keys(Config?.Volumes ?? {}) };
}

/** The users that an image brings, read out of a container that is never started. */
export async function readImageUsers(
  api: DaemonApi,
  image: Image,
  owner: { readonly instance: string; readonly box: string },
): Promise<ImageUsers> {
  const { Id } = await api.read(
    {
      method: 'POST',
      path: '/containers/create',
      json: {
        Image: image.id,
        Entrypoint: ['/none'],
        Labels: { [LABELS.instance]: owner.instance, [LABELS.box]: owner.box },
        HostConfig: { NetworkMode: 'none' },
      },
    },
    CreatedSchema,
  );
  try {
    const [passwd, group] = await Promise.all(['passwd', 'group'].map((name) => readFile(api, Id, `/etc/${name}`)));
    return { passwd: passwd ?? '', group: group ?? '' };
  } finally {
    await api.do({ method: 'DELETE', path: `/containers/${Id}?force=true&v=true` }, [404]);
  }
}

async function readFile(api: DaemonApi, container: string, path: string): Promise<string> {
  const call = { method: 'GET', path: `/containers/${container}/archive?path=${encodeURIComponent(path)}` } as const;
  const { status, body } = await api.do(call, [404]);
  return status === 404 ? '' : firstFileOfTar(body).toString('utf8');
}
