import type { Waiter } from './shared-work.ts';

/** The images of a container engine, as far as the store needs them. */
export interface ContainerImages {
  /** docker, podman. */
  readonly name: string;
  /** Makes an image of a root file system, under this reference; it replaces one that is there. */
  import(tar: string, reference: string, waiter: Waiter): Promise<void>;
  /** What it takes on disk; undefined when it is not there. */
  bytes(reference: string): Promise<number | undefined>;
  /** Resolves when it is not there any more. Throws when a container still uses it. */
  remove(reference: string): Promise<void>;
}

/** The reference that an image has in every container engine. */
export function containerReference(digest: string): string {
  return `holdfast-template:${digest}`;
}
