import { z } from 'zod';

import type { DaemonApi } from './api.ts';
import { LABELS } from './container-config.ts';
import { type MemoryFolder, volumeOptions } from './memory-folders.ts';

const ListSchema = z.object({
  Volumes: z.array(z.object({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() })).nullish(),
});

/** Whose volumes are meant. */
export interface VolumeOwner {
  readonly instance: string;
  readonly box: string;
}

/** Makes the volumes that a box has instead of tmpfs mounts. Their names, by the paths that they are for. */
export async function makeVolumes(
  api: DaemonApi,
  { instance, box }: VolumeOwner,
  folders: readonly MemoryFolder[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const [index, folder] of folders.entries()) {
    const name = `holdfast-${box}-${index}`;
    await api.do({
      method: 'POST',
      path: '/volumes/create',
      json: {
        Name: name,
        Driver: 'local',
        DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: volumeOptions(folder) },
        Labels: { [LABELS.instance]: instance, [LABELS.box]: box },
      },
    });
    names.set(folder.path, name);
  }
  return names;
}

/** Removes the volumes of this instance's boxes for which `isMeant` holds. No container may have them any more. */
export async function removeVolumes(
  api: DaemonApi,
  instance: string,
  isMeant: (box: string) => boolean,
): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${LABELS.instance}=${instance}`] }));
  const { Volumes } = await api.read({ method: 'GET', path: `/volumes?filters=${filters}` }, ListSchema);
  for (const { Name, Labels } of Volumes ?? []) {
    const box = Labels?.[LABELS.box];
    if (box === undefined || !isMeant(box)) continue;
    await api.do({ method: 'DELETE', path: `/volumes/${Name}?force=true` }, [404]);
  }
}
