/** One event of a run's log, as docs/events.md describes it. */
export interface RunEvent {
  /** `<fence>-<n>`. */
  readonly id: string;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Whether event id `a` comes after `b`. */
export function isAfter(a: string, b: string): boolean {
  const [fenceA = 0, nA = 0] = a.split('-').map(Number);
  const [fenceB = 0, nB = 0] = b.split('-').map(Number);
  return fenceA === fenceB ? nA > nB : fenceA > fenceB;
}

/** A text of the event's data; empty where there is none. */
export function textOf(event: RunEvent, name: string): string {
  const value = event.data[name];
  return typeof value === 'string' ? value : '';
}

/** A number of the event's data; undefined where there is none. */
export function numberOf(event: RunEvent, name: string): number | undefined {
  const value = event.data[name];
  return typeof value === 'number' ? value : undefined;
}

/** An object of the event's data; undefined where there is none. */
export function objectOf(event: RunEvent, name: string): Readonly<Record<string, unknown>> | undefined {
  const value = event.data[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The texts of a list of the event's data. */
export function textsOf(event: RunEvent, name: string): readonly string[] {
  const value = event.data[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
