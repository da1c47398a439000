import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { createTestEraser } from '../erase/testing.ts';
import { memoryIn } from '../indexer/testing.ts';
import { ADMIN } from '../records/testing.ts';

const PROGRAM = fileURLToPath(new URL('./process.ts', import.meta.url));

/** What the process is in the middle of when it is killed. */
export const DOINGS = ['ingest', 'rebuild', 'change', 'compress', 'erase'] as const;
export type Doing = (typeof DOINGS)[number];

/** What has been acknowledged to those who were killed in this folder so far. */
export interface Acknowledged {
  readonly kept: Set<string>;
  /** An erasure of it was asked for; whether it took place is open until one goes on with it. */
  readonly erasing: Set<string>;
  readonly erased: Set<string>;
}

/** Nothing yet. */
export function nothingYet(): Acknowledged {
  return { kept: new Set(), erasing: new Set(), erased: new Set() };
}

/** When the process is killed: at a fault point after so many passes, or so long after it has opened. */
export type When = { readonly point: string; readonly passes: number } | { readonly afterMs: number };

/** Lets a process work in this folder until it is killed; gives whether it was. */
export async function workAndDie(
  folder: string,
  doing: Doing,
  round: { readonly seed: string; readonly dimensions: number; readonly when: When },
  acknowledged: Acknowledged,
): Promise<boolean> {
  const { seed, dimensions, when } = round;
  const at = 'point' in when ? [when.point, String(when.passes)] : [];
  const child = spawn(process.execPath, [PROGRAM, folder, doing, seed, String(dimensions), ...at], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let timer: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, id = ''] = line.split(' ');
    if (what === 'open' && 'afterMs' in when) timer = setTimeout(() => child.kill('SIGKILL'), when.afterMs);
    if (what === 'kept') acknowledged.kept.add(id);
    if (what === 'erasing') acknowledged.erasing.add(id);
    if (what === 'erased') acknowledged.erased.add(id);
  }
  clearTimeout(timer);
  const [, signal] = (await exited) as [number | null, NodeJS.Signals | null];
  return signal === 'SIGKILL';
}

/** What is wrong in a folder whose process was killed, after it was opened again; empty: nothing. */
export async function wrongAfter(folder: string, dimensions: number, acknowledged: Acknowledged): Promise<string[]> {
  const memory = await memoryIn(folder, { dimensions });
  const eraser = await createTestEraser(memory, () => undefined);
  const wrong: string[] = [];
  try {
    await eraser.resume();
    await memory.indexer.settled();
    const { ok, checks } = await memory.verify();
    if (!ok) wrong.push(...checks.filter((check) => !check.ok).map(({ name, verdict }) => `${name}: ${verdict}`));
    const { records } = memory;
    const there: string[] = [];
    const texts = new Set<string>();
    for (let after = ''; ; ) {
      // What was compressed is archived, and not lost.
      const everything = { viewer: ADMIN, states: ['active', 'archived'] as const };
      const page = await records.list(everything, { order: 'oldest', after, limit: 1000 });
      for (const { id, text } of page.records) {
        there.push(id);
        texts.add(text);
      }
      after = page.next;
      if (after === '') break;
    }
    const ids = new Set(there);
    const lost = [...acknowledged.kept].filter((id) => !ids.has(id) && !acknowledged.erasing.has(id));
    if (lost.length > 0) wrong.push(`${lost.length} acknowledged memories are lost, such as ${lost[0]}`);
    if (texts.size < there.length) wrong.push(`${there.length - texts.size} memories are doubled`);
    const back = [...acknowledged.erased].filter((id) => ids.has(id));
    if (back.length > 0) wrong.push(`${back.length} erased memories are there, such as ${back[0]}`);
    const open = (await eraser.certificates('acme')).filter(({ pending }) => pending.length > 0);
    if (open.length > 0) wrong.push(`${open.length} erasures are not complete`);
    // An erasure is whole or did not begin.
    for (const id of acknowledged.erasing) {
      const group = id.slice(0, id.lastIndexOf('-'));
      const some = [...acknowledged.erasing].filter((other) => other.startsWith(`${group}-`));
      if (ids.has(id) !== some.every((other) => ids.has(other))) wrong.push(`the erasure of ${group} is half done`);
    }
  } finally {
    await eraser.close();
    await memory.close();
  }
  return wrong;
}
