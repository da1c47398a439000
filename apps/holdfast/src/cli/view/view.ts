import type { RunEvent, RunView } from '../http/api.ts';

/** Shows a run as it goes. */
export interface View {
  event(event: RunEvent): void;
  /** A line of our own: the connection, a hint. */
  note(line: string): void;
  /** What is to be seen when the run has ended. */
  ended(run: RunView): void;
  /** Makes room for a question at the terminal; `resume` goes on. */
  pause(): void;
  resume(): void;
  /** Leaves the terminal clean. */
  close(): void;
}

/** The text in a field of an event; empty where there is none. */
export function textOf(event: RunEvent, field: string): string {
  const value = event.data[field];
  return typeof value === 'string' ? value : '';
}

/** The number in a field of an event. */
export function numberOf(event: RunEvent, field: string): number | undefined {
  const value = event.data[field];
  return typeof value === 'number' ? value : undefined;
}
