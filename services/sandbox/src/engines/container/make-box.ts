import { access, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import { connectAgent } from '../../agent/connect.ts';
import type { Box, BoxSpec } from '../engine.ts';
import type { DaemonApi } from './api.ts';
import { ContainerBox } from './box.ts';
import { type BoxFolder, makeBoxFolder } from './box-folder.ts';
import { Container } from './container.ts';
import { containerConfig, type ContainerParts } from './container-config.ts';
import type { Daemon } from './daemon.ts';
import { etcFiles, type ImageUsers } from './etc-files.ts';
import { findImage, type Image } from './image.ts';
import { awaitAgent, type Link } from './link.ts';
import { memoryFolders } from './memory-folders.ts';
import type { Product } from './product.ts';
import { seccompProfile } from './seccomp-profile.ts';
import { makeVolumes } from './volumes.ts';

/** How long a container that has started may take until its agent comes, and how often it is looked at. Milliseconds. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 200;

/** What boxes are made with. */
export interface BoxDeps {
  readonly api: DaemonApi;
  readonly daemon: Daemon;
  readonly product: Product;
  readonly instance: string;
  readonly folder: string;
  readonly arch: string;
  /** The users that an image brings. */
  usersOf(image: Image, box: string): Promise<ImageUsers>;
  /** Removes what the box has beside its container, once that is gone. */
  removeRest(): Promise<void>;
}

/**
 * Makes one box. Throws SANDBOX_UNAVAILABLE when the container could not be started, FAILED_PRECONDITION when its image
 * is not there: nothing is left then.
 */
export async function makeBox(spec: BoxSpec, deps: BoxDeps): Promise<Box> {
  const image = await findImage(deps.api, deps.product, imageName(spec, deps.product));
  await assertPresent(spec);
  const container = new Container(deps.api, `holdfast-${spec.id}`);
  let isMine = false;
  let link: Link | undefined;
  try {
    const folder = await makeBoxFolder(deps.folder, spec.id, etcFiles(spec.owners, await deps.usersOf(image, spec.id)));
    const config = containerConfig(spec, await partsOf(spec, deps, image, folder));
    link = await awaitAgent(folder.links, 'user', spec.owners.user);
    await container.create(config);
    isMine = true;
    await container.start();
    const socket = await agentOf(link, container);
    const { pid } = await container.state();
    // Before it is asked for anything: whatever it starts is in the group.
    await spec.cgroup?.add(pid);
    const { user, root } = spec.owners;
    const users = { user, ...(root ? { root } : {}) };
    const agent = await connectAgent({ readable: socket, writable: socket }, users);
    return new ContainerBox({
      spec,
      container,
      folder,
      pid,
      agent,
      link: socket,
      snapshot: { image: image.id },
      title: deps.product.title,
      removeRest: () => deps.removeRest(),
    });
  } catch (error) {
    if (isMine) await container.remove();
    await deps.removeRest();
    throw notBuilt(error);
  } finally {
    link?.close();
  }
}

function imageName({ image, wrap }: BoxSpec, product: Product): string {
  if (wrap) {
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      `${product.title} starts the programs of a container itself: nothing can be put before them. Audit this level by bpftrace, or use level process. Nothing was started.`,
    );
  }
  if (image !== undefined) return image;
  throw new HoldfastError(
    'FAILED_PRECONDITION',
    'A sandbox of level container needs a template with an image, and this one has none. Nothing was started.',
  );
}

/** Podman would make folders of what is missing. */
async function assertPresent({ workspace, home, inputs }: BoxSpec): Promise<void> {
  for (const path of [workspace, home, ...inputs.map((input) => input.path)]) {
    if (path === undefined) continue;
    await access(path).catch((error: unknown) => {
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        `${path} is to be mounted, and is not there. Nothing was started.`,
        {
          cause: error,
        },
      );
    });
  }
}

async function partsOf(spec: BoxSpec, deps: BoxDeps, image: Image, folder: BoxFolder): Promise<ContainerParts> {
  const { api, instance, daemon, arch } = deps;
  const profile = seccompProfile(arch);
  const file = join(folder.path, 'seccomp.json');
  const json = JSON.stringify(profile);
  if (profile) await writeFile(file, json);
  const folders = memoryFolders(spec, image.volumes);
  const owned = daemon.isPodman ? folders.filter(({ owner }) => owner !== undefined) : [];
  const volumes = await makeVolumes(api, { instance, box: spec.id }, owned);
  const seccomp = profile && { json, file };
  return { instance, daemon, image: image.id, folders, volumes, folder, agent: agentBinary(arch), seccomp };
}

/** The agent's connection, or the reason why it will not come. */
async function agentOf(link: Link, container: Container): Promise<Socket> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    const socket = await Promise.race([link.connected, sleep(LOOK_MS)]);
    if (socket) return socket;
    const { isRunning, exitCode, error } = await container.state();
    if (!isRunning) {
      throw new HoldfastError('SANDBOX_UNAVAILABLE', `its agent ended at once, with exit code ${exitCode}. ${error}`);
    }
  }
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    `its agent could not reach the service in ${PATIENCE_MS / 1000} seconds. gVisor (runsc) needs the option --host-uds=open for that, and the engine must run on this machine and see its folders.`,
  );
}

function notBuilt(error: unknown): HoldfastError {
  if (HoldfastError.is(error) && error.code !== 'UNAVAILABLE' && error.code !== 'SANDBOX_UNAVAILABLE') return error;
  const { message } = HoldfastError.from(error, 'SANDBOX_UNAVAILABLE', 'an error of the service itself, see its log.');
  return new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    `The container was not started: ${message.trim()} Nothing was kept.`,
    {
      cause: error,
    },
  );
}
