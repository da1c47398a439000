import type { Created } from '../journal/record.ts';
import type { RunState } from '../run/state.ts';
import type { ConversationKeeper } from './keeper.ts';
import type { Recaller } from './recaller.ts';

/** What runs do with memory. None of it can make a run fail. */
export interface RunMemory {
  readonly recaller: Recaller;
  /** Keeps at hand what is said in a run from now on; undefined: nothing is to be kept. */
  keep(runId: string, state: RunState): ConversationKeeper | undefined;
  /** Whether a run is to be learned from once it has ended. */
  learns(created: Created): boolean;
  /** A worker has left a run, which may have ended. */
  left(): void;
}
