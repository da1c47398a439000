/** The types of events that a run tells of; docs/events.md describes each, and a test keeps the two alike. */
export const EVENT_TYPES = [
  'run.created',
  'run.started',
  'run.recovered',
  'run.waiting',
  'run.stopping',
  'run.held',
  'run.resumed',
  'run.ended',
  'action.intent',
  'action.outcome',
  'action.restarted',
  'model.delta',
  'model.reasoning',
  'tool.output',
  'tool.progress',
  'question.asked',
  'question.answered',
  'memory.recalled',
] as const;

/** One of them. */
export type EventType = (typeof EVENT_TYPES)[number];
