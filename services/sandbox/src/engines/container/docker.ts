import type { Engine } from '../engine.ts';
import { type ContainerEngineOptions, createContainerEngine } from './engine.ts';
import type { Product } from './product.ts';

/** Docker. */
export const DOCKER: Product = {
  name: 'docker',
  title: 'Docker',
  variable: 'DOCKER_HOST',
  sockets: () => ['/var/run/docker.sock'],
  instructions:
    'Debian, Ubuntu: apt-get install docker.io; start it with `systemctl start docker`, or name another socket by DOCKER_HOST=unix:///path.',
  pull: (image) => `docker pull ${image}`,
};

/** Level container by Docker. */
export function createDockerEngine(options: ContainerEngineOptions): Engine {
  return createContainerEngine(DOCKER, options);
}
