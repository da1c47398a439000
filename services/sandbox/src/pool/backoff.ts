const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/**
 * How long to wait after so many failures in a row (1 or more), milliseconds: twice as long each time, up to a minute,
 * and by chance up to a half less, so that pools of several hosts do not all try at once.
 *
 * @param random 0 to below 1.
 */
export function backoffMs(failures: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (1 - random / 2);
}
