import { HoldfastError } from '@holdfast/protocol';

import type { BuildImage } from './build/build-image.ts';
import type { ImagesConfig } from './config.ts';
import { containerReference } from './container-images.ts';
import { type SharedWork, sharedWork, type Waiter } from './shared-work.ts';
import { type Entry, rootfsOf, tarOf } from './store/entry.ts';
import { openStore, type StoreDeps } from './store/store.ts';
import { type Template, templatesOf } from './template.ts';
import { templateKey } from './template-key.ts';
import { unpack } from './unpack.ts';

/** What an image is wanted for: a root to mount, or a copy in the container engine of that name. */
export type ImageUse = 'process' | 'microvm' | { readonly container: string };

/** A template that a sandbox uses. Its image stays until `release`, which is called when nothing of the sandbox is left. */
export interface ImageLease {
  readonly template: Template;
  /** `sha256-...` of the image. Left out, as all below, where the sandbox uses the host's own programs. */
  readonly digest?: string;
  /** The root file system as a tar, with the owners that it has inside. */
  readonly tar?: string;
  /** The unpacked root, for levels process and microvm. Read-only: nobody may write there. */
  readonly rootfs?: string;
  /** The reference in the container engine. */
  readonly image?: string;
  /** Once is enough; more often does no harm. */
  release(): Promise<void>;
}

/** An image on disk. */
export interface StoredImage {
  readonly digest: string;
  /** Ids of the templates that use it as they are declared now; none when a declaration has changed. */
  readonly templates: readonly string[];
  /** Unpacked root and copies in container engines included. */
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly lastUsedAt: number;
  /** By how many sandboxes. */
  readonly inUse: number;
}

/** What sandboxes are made of: templates, and the images that were made of them. */
export interface Images {
  templates(): readonly Template[];
  /** By id or name. @throws HoldfastError NOT_FOUND. */
  template(name: string): Template;
  /**
   * The template, ready to be used. Its image is made first when there is none; that is shared with others who want it.
   *
   * @throws HoldfastError NOT_FOUND when there is no such template; SANDBOX_UNAVAILABLE when it cannot be made here;
   *   STORAGE_FULL, TIMED_OUT, CANCELED, or UNAVAILABLE with what the builder said. Nothing half-made is left.
   */
  acquire(name: string, use: ImageUse, waiter: Waiter): Promise<ImageLease>;
  list(): readonly StoredImage[];
  /** @throws HoldfastError NOT_FOUND; FAILED_PRECONDITION when it is in use. */
  remove(digest: string): Promise<void>;
  /** Ends what is being made, and resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** What images take from outside. */
export interface ImagesDeps extends Omit<StoreDeps, 'limitBytes'> {
  readonly build: BuildImage;
  /** Of the processor, as Node names it. */
  readonly arch: string;
}

/** Opens the images in a folder. @throws HoldfastError STORAGE_FULL and others when the folder cannot be used. */
export async function openImages(config: ImagesConfig, deps: ImagesDeps): Promise<Images> {
  const store = await openStore({ ...deps, limitBytes: config.limit_bytes });
  const templates = templatesOf(config.templates);
  const byName = new Map(templates.flatMap((template) => [template.id, ...template.names].map((n) => [n, template])));
  const work: SharedWork<void> = sharedWork();
  const keyOf = (template: Template): string => templateKey(template, deps.arch);

  const find = (name: string): Template => {
    const template = byName.get(name);
    if (template) return template;
    throw new HoldfastError(
      'NOT_FOUND',
      `There is no template "${name}". There are: ${[...byName.keys()].sort().join(', ')}. More can be declared under sandbox.images.templates.`,
    );
  };

  const bounded = ({ signal, progress }: Waiter): Waiter => ({
    signal: AbortSignal.any([signal, AbortSignal.timeout(config.build_ms)]),
    progress,
  });

  const make = (template: Template, waiter: Waiter): Promise<void> =>
    work.run(keyOf(template), waiter, async (all) => {
      await store.add(keyOf(template), (tar, temp) => deps.build({ ...bounded(all), template, tar, temp }));
    });

  /** Its image, held. */
  const holdImage = async (
    template: Template,
    waiter: Waiter,
  ): Promise<{ entry: Entry; release: () => Promise<void> }> => {
    for (;;) {
      const entry = store.find(keyOf(template));
      if (entry) return { entry, release: await store.hold(entry) };
      // Should it be removed between being made and being held, it is made again.
      await make(template, waiter);
    }
  };

  const shape = async (entry: Entry, use: ImageUse, waiter: Waiter): Promise<Pick<ImageLease, 'rootfs' | 'image'>> => {
    if (typeof use === 'object') {
      const into = deps.containers.find(({ name }) => name === use.container);
      if (!into) {
        throw new HoldfastError('SANDBOX_UNAVAILABLE', `There is no container engine "${use.container}" here.`);
      }
      const reference = containerReference(entry.digest);
      await work.run(`${entry.digest} ${into.name}`, waiter, (all) =>
        store.addContainer(entry, into, () => into.import(tarOf(entry), reference, bounded(all))),
      );
      return { image: reference };
    }
    if (!entry.isUnpacked) {
      await work.run(`${entry.digest} rootfs`, waiter, async (all) => {
        if (entry.isUnpacked) return;
        await store.addRootfs(entry, (folder) => unpack(tarOf(entry), folder, bounded(all)));
      });
    }
    return { rootfs: rootfsOf(entry) };
  };

  return {
    templates: () => templates,
    template: find,
    async acquire(name, use, waiter) {
      const template = find(name);
      if (template.host && use === 'process') return { template, release: async () => undefined };
      const { entry, release } = await holdImage(template, waiter);
      try {
        return { template, digest: entry.digest, tar: tarOf(entry), ...(await shape(entry, use, waiter)), release };
      } catch (error) {
        await release();
        throw error;
      }
    },
    list: () => store.list().map((entry) => describe(entry, templates, keyOf)),
    async remove(digest) {
      const entry = store.list().find((one) => one.digest === digest);
      if (!entry) throw new HoldfastError('NOT_FOUND', `There is no image ${digest}.`);
      await store.remove(entry);
    },
    close: () => work.close(),
  };
}

function describe(entry: Entry, templates: readonly Template[], keyOf: (template: Template) => string): StoredImage {
  const { digest, keys, bytes, lastUsedAt, holds } = entry;
  const ids = templates.filter((template) => template.packages || template.pull);
  return {
    digest,
    templates: ids.filter((template) => keys.has(keyOf(template))).map((template) => template.id),
    bytes,
    lastUsedAt,
    inUse: holds,
  };
}
