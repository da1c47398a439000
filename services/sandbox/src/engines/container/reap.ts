import { z } from 'zod';

import type { DaemonApi } from './api.ts';
import { Container } from './container.ts';
import { LABELS } from './container-config.ts';

const ListSchema = z.array(z.object({ Id: z.string(), Labels: z.record(z.string(), z.string()).nullish() }));

/** Removes the containers of this instance that belong to no live box; how many boxes they were. */
export async function reapContainers(api: DaemonApi, instance: string, live: ReadonlySet<string>): Promise<number> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${LABELS.instance}=${instance}`] }));
  const found = await api.read({ method: 'GET', path: `/containers/json?all=true&filters=${filters}` }, ListSchema);
  const boxes = new Set<string>();
  for (const { Id, Labels } of found) {
    const box = Labels?.[LABELS.box];
    if (box !== undefined && live.has(box)) continue;
    await new Container(api, Id).remove();
    if (box !== undefined) boxes.add(box);
  }
  return boxes.size;
}
