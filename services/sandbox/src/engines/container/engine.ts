import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { Box, BoxSpec, Engine } from '../engine.ts';
import { DaemonApi } from './api.ts';
import { boxesWithFolder, removeBoxFolder } from './box-folder.ts';
import { askDaemon, type Daemon } from './daemon.ts';
import type { ImageUsers } from './etc-files.ts';
import { type Image, readImageUsers } from './image.ts';
import { makeBox } from './make-box.ts';
import { findSocket, type Product } from './product.ts';
import { reapContainers } from './reap.ts';
import { restoreFiles } from '../saved-files.ts';
import { snapshotImage } from './snapshot.ts';
import { removeVolumes } from './volumes.ts';

/** What an engine of this level takes from the outside. */
export interface ContainerEngineOptions {
  /** Names this service among others that use the same engine; the same after a restart. */
  readonly instance: string;
  /** A folder of this engine alone, absolute; made when it is not there. The engine's daemon must see it by this path. */
  readonly folder: string;
  /** Of the service: DOCKER_HOST or CONTAINER_HOST, XDG_RUNTIME_DIR. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** As Node names it. */
  readonly arch: string;
}

/**
 * Level container: one container for each box, by the Docker API on a unix socket. No network, a read-only root, no
 * capabilities, no new privileges, an allow list of system calls, limits of memory, CPU and processes, and user numbers
 * of the host that are nobody else's. Its first process is our agent.
 */
export function createContainerEngine(product: Product, options: ContainerEngineOptions): Engine {
  return new ContainerEngine(product, options);
}

class ContainerEngine implements Engine {
  readonly name: string;
  readonly level = sandboxpb.Level.CONTAINER;
  readonly mountsFolders = true;
  readonly #product: Product;
  readonly #options: ContainerEngineOptions;
  /** Boxes that are made or live, by id. */
  readonly #live = new Set<string>();
  /** Of images, by their ids: what is behind an id does not change. */
  readonly #users = new Map<string, ImageUsers>();

  #known: Daemon | undefined;

  constructor(product: Product, options: ContainerEngineOptions) {
    this.name = product.name;
    this.#product = product;
    this.#options = options;
  }

  async version(): Promise<string> {
    this.#known = undefined;
    const daemon = await this.#daemon(this.#api());
    const gvisor = daemon.hasGvisor ? ', containers run in gVisor (runsc)' : '';
    return `${daemon.isPodman ? 'Podman' : this.#product.title} ${daemon.version}${gvisor}`;
  }

  async create(spec: BoxSpec): Promise<Box> {
    const api = this.#api();
    const daemon = await this.#daemon(api);
    this.#live.add(spec.id);
    try {
      return await makeBox(spec, {
        api,
        daemon,
        product: this.#product,
        ...this.#options,
        usersOf: (image, box) => this.#usersOf(api, image, box),
        removeRest: () => this.#forget(spec.id, daemon),
      });
    } catch (error) {
      this.#live.delete(spec.id);
      // It may be another by now, or configured anew.
      this.#known = undefined;
      throw error;
    }
  }

  async restore(folder: string, spec: BoxSpec): Promise<Box> {
    const image = await snapshotImage(folder);
    const box = await this.create({ ...spec, image: spec.image ?? image });
    try {
      await restoreFiles(box.agent, folder);
      return box;
    } catch (error) {
      await box.destroy();
      throw error;
    }
  }

  async reap(): Promise<number> {
    const { folder, instance } = this.#options;
    const left = (await boxesWithFolder(folder)).filter((id) => !this.#live.has(id));
    const socket = orUndefined(() => findSocket(this.#product, this.#options.env));
    // Where there is no daemon nothing runs; without a folder there was no box either.
    if (socket === undefined && left.length === 0) return 0;
    const removed = await reapContainers(this.#api(), instance, this.#live);
    await removeVolumes(this.#api(), instance, (box) => !this.#live.has(box));
    for (const id of left) await removeBoxFolder(folder, id);
    return removed;
  }

  async #usersOf(api: DaemonApi, image: Image, box: string): Promise<ImageUsers> {
    const known = this.#users.get(image.id);
    if (known) return known;
    const users = await readImageUsers(api, image, { instance: this.#options.instance, box });
    this.#users.set(image.id, users);
    return users;
  }

  async #forget(id: string, { isPodman }: Daemon): Promise<void> {
    if (isPodman) await removeVolumes(this.#api(), this.#options.instance, (box) => box === id);
    await removeBoxFolder(this.#options.folder, id);
    this.#live.delete(id);
  }

  /** Looked for anew each time: a daemon may come, go and come back elsewhere. */
  #api(): DaemonApi {
    const { title, instructions } = this.#product;
    return new DaemonApi(findSocket(this.#product, this.#options.env), title, instructions);
  }

  async #daemon(api: DaemonApi): Promise<Daemon> {
    // Podman takes a second to say what it is.
    this.#known ??= await this.#askDaemon(api);
    return this.#known;
  }

  async #askDaemon(api: DaemonApi): Promise<Daemon> {
    const daemon = await askDaemon(api).catch((error: unknown) => {
      const { message } = HoldfastError.from(
        error,
        'SANDBOX_UNAVAILABLE',
        `${this.#product.title} answers in no form that is known.`,
      );
      throw new HoldfastError('SANDBOX_UNAVAILABLE', message, { cause: error });
    });
    if (!daemon.isRootless || daemon.isPodman) return daemon;
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      'This Docker runs without root, and so cannot keep the owners of a workspace. Use Podman without root, or Docker with it.',
    );
  }
}

function orUndefined<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (HoldfastError.has(error, 'SANDBOX_UNAVAILABLE')) return undefined;
    throw error;
  }
}
