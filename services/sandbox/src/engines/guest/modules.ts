import { basename } from 'node:path';

/**
 * The order in which modules of the kernel are loaded, so that each finds what it needs. `dependencies` is the text of
 * modules.dep. Names without ending, as lsmod shows them ("virtio_pci"); a module that is not listed is part of the
 * kernel, or is not needed by it. Paths relative to the folder of modules.dep.
 */
export function moduleOrder(dependencies: string, names: readonly string[]): string[] {
  const needs = new Map<string, readonly string[]>();
  const paths = new Map<string, string>();
  for (const line of dependencies.split('\n')) {
    const [path, rest] = line.split(':');
    if (!path || rest === undefined) continue;
    paths.set(nameOf(path), path);
    needs.set(path, rest.split(' ').filter(Boolean));
  }
  const order = new Set<string>();
  const add = (path: string): void => {
    if (order.has(path)) return;
    for (const needed of needs.get(path) ?? []) add(needed);
    order.add(path);
  };
  for (const name of names) {
    const path = paths.get(name.replaceAll('-', '_'));
    if (path !== undefined) add(path);
  }
  return [...order];
}

function nameOf(path: string): string {
  return basename(path)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}
