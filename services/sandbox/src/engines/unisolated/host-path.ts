import type { BoxSpec } from '../engine.ts';

/** Turns /workspace/... and /input/<name>/... into the host's path; anything else stays as it is. */
export function hostPath(spec: Pick<BoxSpec, 'workspace' | 'inputs'>, path: string): string {
  const mounts = [
    ...(spec.workspace === undefined ? [] : [{ seen: '/workspace', real: spec.workspace }]),
    ...spec.inputs.map(({ name, path: real }) => ({ seen: `/input/${name}`, real })),
  ];
  for (const { seen, real } of mounts) {
    if (path === seen) return real;
    if (path.startsWith(`${seen}/`)) return real + path.slice(seen.length);
  }
  return path;
}
