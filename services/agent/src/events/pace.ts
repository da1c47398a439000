import { type EventId, isBefore } from './event.ts';

/** How a viewer takes part: `paced` holds the run's reader back when it falls behind, `free` never does. */
export type FlowName = 'paced' | 'free';

/** One attached viewer, at the last event that it took. */
export interface Viewer {
  flow: FlowName;
  position: EventId;
}

/**
 * Whether the reader of the model has to wait for its viewers.
 *
 * It waits only if someone asked for that (`paced`) and everybody who is attached has fallen behind by more than the
 * window: nobody attached, or a second faster viewer, never stalls a run.
 *
 * @param window how many events a viewer may lag behind
 */
export function mustWait(viewers: Iterable<Viewer>, head: EventId, window: number): boolean {
  let paced = false;
  for (const viewer of viewers) {
    if (lag(viewer.position, head) <= window) return false;
    if (viewer.flow === 'paced') paced = true;
  }
  return paced;
}

/** Events between a position and the head; a position under an earlier lease lags by all of this one's. */
function lag(position: EventId, head: EventId): number {
  if (!isBefore(position, head)) return 0;
  return position.fence === head.fence ? head.n - position.n : head.n;
}
