import { HoldfastError } from '@holdfast/protocol';

/** Places in a run at which a test can end the process, to show that nothing is lost or done twice. */
export const FAULT_POINTS = [
  'before-intent',
  'after-intent',
  'inside-model',
  'inside-tool',
  'after-effect',
  'after-outcome',
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Called whenever a run passes a fault point. */
export type Faults = (point: FaultPoint, actionId: string) => void;

/** The faults of a product in use: none. */
export const noFaults: Faults = () => undefined;

/**
 * Faults from the text of HOLDFAST_FAULT: `point@action` or `point@action#times`, for instance `after-intent@t1.0#2`:
 * the process kills itself at the second passing. No text means no faults.
 *
 * @throws HoldfastError CONFIG_INVALID for a text that names no fault point.
 *
 * @param kill ends the process at once, without any clean-up
 */
export function parseFaults(text: string | undefined, kill: () => void): Faults {
  if (text === undefined || text === '') return noFaults;
  const match = /^([a-z-]+)@([\w.]+)(?:#(\d+))?$/.exec(text);
  if (!match || !FAULT_POINTS.some((point) => point === match[1])) {
    throw new HoldfastError(
      'CONFIG_INVALID',
      `HOLDFAST_FAULT="${text}" is not <point>@<action>, such as after-intent@t1.0. Points: ${FAULT_POINTS.join(', ')}.`,
    );
  }
  let left = Number(match[3] ?? 1);
  return (point, actionId) => {
    if (point !== match[1] || actionId !== match[2]) return;
    left -= 1;
    if (left === 0) kill();
  };
}
