import type { Schema } from '../api/client.ts';
import type { Tone } from '../ui/badge.tsx';

type State = Schema<'McpServer'>['state'];

/** The colour of a state. */
export const STATE_TONE: Readonly<Record<State, Tone>> = {
  connecting: 'neutral',
  ready: 'ok',
  degraded: 'warn',
  open: 'bad',
  closed: 'neutral',
};
