import { existsSync } from 'node:fs';

import { HoldfastError } from '@holdfast/protocol';

/** A product that speaks the Docker API: what one has to know of it before asking it anything. */
export interface Product {
  /** docker, podman. */
  readonly name: string;
  /** Docker, Podman: for people. */
  readonly title: string;
  /** The environment variable that names its socket. */
  readonly variable: string;
  /** Where its socket lies when nobody says. */
  sockets(env: Readonly<NodeJS.ProcessEnv>): readonly string[];
  /** How to get it, and how to start it. */
  readonly instructions: string;
  /** How to get an image of this name. */
  pull(image: string): string;
}

/** The socket of a product. Throws SANDBOX_UNAVAILABLE with what to do where there is none. */
export function findSocket(product: Product, env: Readonly<NodeJS.ProcessEnv>): string {
  const named = env[product.variable];
  if (named !== undefined && named !== '') return localSocket(product, named);
  const candidates = product.sockets(env);
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    `${product.title} is not running here: there is no socket at ${candidates.join(' or ')}. ${product.instructions}`,
  );
}

function localSocket(product: Product, url: string): string {
  if (url.startsWith('unix://')) return url.slice('unix://'.length);
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    `${product.variable} is ${url}, and sandboxes need ${product.title} on this machine: workspaces are folders of it. ` +
      `Set ${product.variable} to unix:///path/of/the/socket, or unset it.`,
  );
}
