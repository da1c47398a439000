/** What a figure is counted in: its axis has whole multiples of these. */
export const UNITS = {
  count: [1],
  bytes: [1, 1024, 1024 ** 2, 1024 ** 3, 1024 ** 4],
  time: [1, 1000, 60_000, 3_600_000],
} as const;

/** Steps of a time axis, milliseconds. */
const TIME_STEPS = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 10_080, 20_160].map(
  (minutes) => minutes * 60_000,
);

/**
 * Round figures for the axis of values, from 0 to the first that is no less than `max`; about four steps. `whole`: there
 * are no halves of what is counted.
 */
export function ticksOf(max: number, units: readonly number[] = UNITS.count, whole = false): number[] {
  if (!(max > 0)) return [0, 1];
  const unit = units.findLast((one) => one <= max) ?? units[0] ?? 1;
  const wanted = max / unit / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const nice = ([1, 2, 2.5, 5].find((factor) => factor * power >= wanted * 0.999) ?? 10) * power;
  const step = whole ? Math.max(1, Math.ceil(nice)) : nice;
  const count = Math.ceil((max / unit / step) * 0.999_999);
  // Not by repeated addition, whose small errors would be seen in the labels.
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)) * unit);
}

/**
 * Round times from `from` to `to`, at most `most`; `offsetMs` is what local time is ahead of UTC, so that days begin at
 * midnight.
 */
export function timeTicksOf(from: number, to: number, most: number, offsetMs: number): number[] {
  const step = TIME_STEPS.find((one) => (to - from) / one <= most) ?? to - from;
  const first = Math.ceil((from + offsetMs) / step) * step - offsetMs;
  const ticks: number[] = [];
  for (let at = first; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** Least, greatest, last and sum of what was measured; undefined where nothing was. */
export function summaryOf(
  values: readonly (number | null)[],
): { min: number; max: number; last: number; sum: number } | undefined {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return undefined;
  return { min: Math.min(...known), max: Math.max(...known), last, sum: known.reduce((a, b) => a + b, 0) };
}

/** The stretches of a line: where nothing was measured it is broken, not drawn through. Indices, end included. */
export function stretchesOf(values: readonly (number | null)[]): (readonly [number, number])[] {
  const stretches: (readonly [number, number])[] = [];
  let from = -1;
  for (let index = 0; index <= values.length; index += 1) {
    const known = (values[index] ?? null) !== null;
    if (known && from < 0) from = index;
    if (!known && from >= 0) {
      stretches.push([from, index - 1]);
      from = -1;
    }
  }
  return stretches;
}

/** Where each part of a stack begins and ends, by series and step. What was not measured takes no room. */
export function stackOf(series: readonly (readonly (number | null)[])[]): (readonly [number, number])[][] {
  const tops: number[] = [];
  return series.map((values) =>
    values.map((value, index) => {
      const from = tops[index] ?? 0;
      tops[index] = from + (value ?? 0);
      return [from, from + (value ?? 0)] as const;
    }),
  );
}
