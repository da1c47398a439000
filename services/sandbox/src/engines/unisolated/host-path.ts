import { type BoxSpec, placeOf } from '../engine.ts';
import { NODE_FOLDER } from '../process/mount-plan.ts';

/** Turns /workspace/..., /input/<name>/... and the platform's node into the host's path; anything else stays as it is. */
export function hostPath(spec: Pick<BoxSpec, 'workspace' | 'inputs'>, path: string): string {
  const mounts = [
    { seen: `${NODE_FOLDER}/node`, real: process.execPath },
    ...(spec.workspace === undefined ? [] : [{ seen: '/workspace', real: spec.workspace }]),
    ...spec.inputs.map((input) => ({ seen: placeOf(input), real: input.path })),
  ];
  for (const { seen, real } of mounts) {
    if (path === seen) return real;
    if (path.startsWith(`${seen}/`)) return real + path.slice(seen.length);
  }
  return path;
}
