import { join } from 'node:path';

import type { Engine } from '../engine.ts';
import { type ContainerEngineOptions, createContainerEngine } from './engine.ts';
import type { Product } from './product.ts';

/** Podman, by its service: it has no daemon of its own. */
export const PODMAN: Product = {
  name: 'podman',
  title: 'Podman',
  variable: 'CONTAINER_HOST',
  sockets: ({ XDG_RUNTIME_DIR }) => [
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ],
  instructions:
    'Debian, Ubuntu: apt-get install podman; start its service with `systemctl start podman.socket`, or `podman system service --time=0 unix:///path` and CONTAINER_HOST=unix:///path. Where cgroup v1 is mounted add --runtime runc: crun does not start there.',
  pull: (image) => `podman pull ${image}`,
};

/** Level container by Podman. */
export function createPodmanEngine(options: ContainerEngineOptions): Engine {
  return createContainerEngine(PODMAN, options);
}
