import type { Message } from '@holdfast/models';

/** What memory gave before a model call. It is written into the intent of that call, and stands in all that follow. */
export interface Recalled {
  /** The message for which it was looked up: an index into the run's messages. */
  readonly at: number;
  /** As the model is shown it; empty: nothing fits. */
  readonly text: string;
  /** The memories in it. */
  readonly ids: readonly string[];
  /** What could not be asked, and why. */
  readonly missing: readonly string[];
}

/** What was said before the run in the conversation that it belongs to. */
export interface Conversation {
  readonly name: string;
  /** As the model is shown it; empty: nothing was. */
  readonly text: string;
}

/**
 * The messages as a model gets them: with what was recalled and said before in front of the task, which is the first
 * message of a person. It stands there rather than among the instructions, since it is data; and always at the same place,
 * so that providers can go on using what they have read.
 */
export function withMemories(
  messages: readonly Message[],
  recalled: Recalled | undefined,
  conversation: Conversation | undefined,
): readonly Message[] {
  const blocks = [recalled?.text ?? '', conversation?.text ?? ''].filter((text) => text !== '');
  const task = messages.findIndex(({ role }) => role === 'user');
  const message = messages[task];
  if (blocks.length === 0 || message?.role !== 'user') return messages;
  return messages.with(task, { role: 'user', text: [...blocks, message.text].join('\n\n') });
}
