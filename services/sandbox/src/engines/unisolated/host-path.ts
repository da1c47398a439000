import type { Cage } from '../command-engine.ts';

/** Turns /workspace/... and /input/<name>/... into the host's path; anything else stays as it is. */
export function hostPath(cage: Cage, path: string): string {
  const mounts = [
    { seen: '/workspace', real: cage.workspace },
    ...cage.inputs.map(({ name, path: real }) => ({ seen: `/input/${name}`, real })),
  ];
  for (const { seen, real } of mounts) {
    if (path === seen) return real;
    if (path.startsWith(`${seen}/`)) return real + path.slice(seen.length);
  }
  return path;
}
