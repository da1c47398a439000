import type { Message } from '@holdfast/models';

/** What a person has said in a run, and where: an index of its messages. */
export interface Said {
  readonly at: number;
  readonly text: string;
}

/** The tool by which a model asks a person: its result is what they answered. */
const ASK_HUMAN = 'ask_human';

/** The newest words of a person: a task, or an answer to a question; undefined where there are none. */
export function newestSaid(messages: readonly Message[]): Said | undefined {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    const text = message?.role === 'user' ? message.text : message && answerIn(message);
    if (text !== undefined) return { at, text };
  }
  return undefined;
}

/** What a person answered, where a message tells that; else undefined. */
export function answerIn(message: Message): string | undefined {
  if (message.role !== 'tool' || message.name !== ASK_HUMAN || !message.ok) return undefined;
  return typeof message.value === 'string' && message.value !== '' ? message.value : undefined;
}
