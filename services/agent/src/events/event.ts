import { type EventType, HoldfastError, type JsonObject } from '@holdfast/protocol';

/** The place of an event in its run: first by the lease that wrote it, then by number. Never used twice. */
export interface EventId {
  readonly fence: number;
  readonly n: number;
}

/** One event of a run's log. */
export interface RunEvent extends EventId {
  readonly type: EventType;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly data: JsonObject;
}

/** Events of one lease, in order, as they are stored: one row. */
export interface StoredSegment {
  readonly fence: number;
  readonly firstN: number;
  readonly lastN: number;
  /** One line of JSON per event: [n, type, at, data]. */
  readonly body: string;
}

/** Before the first event. */
export const START: EventId = { fence: 0, n: 0 };

/** The id as clients see it. */
export function formatEventId(id: EventId): string {
  return `${id.fence}-${id.n}`;
}

/**
 * Reads an id as a client sends it back; empty is the start.
 *
 * @throws HoldfastError INVALID_ARGUMENT for anything else.
 */
export function parseEventId(text: string): EventId {
  if (text === '') return START;
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  if (!match) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `"${text.slice(0, 40)}" is not an event id. Send the last id that you received, such as 1-42, or none.`,
    );
  }
  return { fence: Number(match[1]), n: Number(match[2]) };
}

/** Whether `a` comes before `b`. */
export function isBefore(a: EventId, b: EventId): boolean {
  return a.fence < b.fence || (a.fence === b.fence && a.n < b.n);
}

/** Makes one stored row of events of the same lease. */
export function toSegment(events: readonly RunEvent[]): StoredSegment | undefined {
  const first = events[0];
  const last = events.at(-1);
  if (!first || !last) return undefined;
  const body = events.map((event) => JSON.stringify([event.n, event.type, event.at, event.data])).join('\n');
  return { fence: first.fence, firstN: first.n, lastN: last.n, body };
}

/** The events of a stored row. */
export function fromSegment({ fence, body }: StoredSegment): RunEvent[] {
  return body.split('\n').map((line) => {
    const [n, type, at, data] = JSON.parse(line) as [number, EventType, number, JsonObject];
    return { fence, n, type, at, data };
  });
}
