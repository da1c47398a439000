import { access } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import { unless } from '../../quotas/cgroups/files.ts';
import type { Waiter } from '../shared-work.ts';
import type { Template } from '../template.ts';
import { mmdebstrapCommand } from './mmdebstrap.ts';
import { runBuilder } from './run-builder.ts';

/** An image to be made. */
export interface BuildOrder extends Waiter {
  readonly template: Template;
  /** Where its root file system is written to, as a tar. Not there yet. */
  readonly tar: string;
  /** A folder for what is only needed meanwhile; it is removed afterwards, whatever happens. */
  readonly temp: string;
}

/** Makes the root file system of a template. Resolves when the tar is complete, rejects when nothing runs any more. */
export type BuildImage = (order: BuildOrder) => Promise<void>;

/** Fetches an image from a container registry, and writes its root file system as a tar. */
export type PullImage = (reference: string, tar: string, waiter: Waiter) => Promise<void>;

/** What a builder takes from this machine. */
export interface BuilderDeps {
  /** The environment of the service: it may say where registries are, and through which proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Left out where there is no container engine. */
  readonly pull?: PullImage;
}

// Where Debian and Ubuntu keep the sources of their own archive. What others added beside them is not asked: it would
// be one more whom every image trusts.
const SOURCES = [
  '/etc/apt/sources.list',
  '/etc/apt/sources.list.d/debian.sources',
  '/etc/apt/sources.list.d/ubuntu.sources',
];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Builds templates on this machine: from Debian packages by mmdebstrap, from a registry by `pull`.
 *
 * @throws HoldfastError SANDBOX_UNAVAILABLE where this machine has not what that needs, and what {@link runBuilder} throws.
 */
export function imageBuilder({ env, pull }: BuilderDeps): BuildImage {
  return async ({ template, tar, temp, signal, progress }) => {
    if (template.pull !== undefined) {
      if (!pull) {
        throw new HoldfastError(
          'SANDBOX_UNAVAILABLE',
          `The template ${template.id} comes from a container registry, and there is no Docker or Podman here to fetch it. Install one, or declare packages instead. Nothing was made.`,
        );
      }
      return pull(template.pull, tar, { signal, progress });
    }
    if (template.packages === undefined) {
      throw new HoldfastError(
        'SANDBOX_UNAVAILABLE',
        `The template ${template.id} is the host's own programs, which only level process can use. Declare packages or pull for it, or choose another template.`,
      );
    }
    const sources = await existing(SOURCES);
    if (sources.length === 0) {
      throw new HoldfastError(
        'SANDBOX_UNAVAILABLE',
        `The template ${template.id} is built from Debian packages, and this machine has no sources of apt (${SOURCES.join(', ')}). Nothing was made.`,
      );
    }
    const [certificates] = await existing([CERTIFICATES]);
    const command = mmdebstrapCommand(template, tar, temp, { sources, certificates, env });
    await runBuilder(command, { signal, progress });
  };
}

async function existing(files: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of files) {
    if (
      await unless(
        ['ENOENT', 'ENOTDIR'],
        access(file).then(() => true),
        false,
      )
    )
      found.push(file);
  }
  return found;
}
