import type { CycleLeaks } from './cycles.ts';

const MIB = 1024 * 1024;
/** Of processes that have ended it is remembered for half a minute how: that much may stay, however many cycles. */
const REMEMBERED = 8 * MIB;
/** And that much of each cycle, which is what a collection of garbage leaves to the next. */
const OF_EACH = 4096;

/** One line for each thing that cycles have left and may not. */
export function whatLeaked({ left, descriptors, bytes, cycles }: CycleLeaks): string[] {
  return [
    ...left,
    ...(descriptors > 0 ? [`${descriptors} descriptors stay open`] : []),
    ...(bytes > REMEMBERED + OF_EACH * cycles ? [`${(bytes / MIB).toFixed(1)} MiB stay alive`] : []),
  ];
}
