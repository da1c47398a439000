const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** For people: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${round(value)} ${UNITS[unit]}`;
}

/** For people: `2.5 s`. */
export function formatSeconds(seconds: number): string {
  return `${round(seconds)} s`;
}

/** Rounded down: what is not over a limit must not read as if it were. */
function round(value: number): string {
  return String(Math.floor(value * 100) / 100);
}
