import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';

import type { ToolContext } from '../tool.ts';
import { readableBy } from './reader.ts';
import { locate, type Location, type Places } from './virtual-path.ts';
import { openBeneath } from './walk.ts';

/** An opened file or folder of a run. Close its handle. */
export interface Opened {
  readonly handle: FileHandle;
  readonly location: Location;
}

/** Opens a path of the run for reading. @throws HoldfastError as `locate` and `openBeneath` do. */
export async function openForReading(path: string, places: Places): Promise<Opened> {
  const location = locate(path, places);
  const handle = await openBeneath(
    location,
    places,
    readableBy(await stat(places.workspace), process.getuid?.() === 0),
  );
  return { handle, location };
}

/** The folders of a call. */
export function placesOf(context: ToolContext): Places {
  return { workspace: context.workspace, inputs: context.inputs };
}
