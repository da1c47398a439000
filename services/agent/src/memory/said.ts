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
    if (message?.role === 'user') return { at, text: message.text };
    if (message?.role !== 'tool' || message.name !== ASK_HUMAN || !message.ok) continue;
    if (typeof message.value === 'string' && message.value !== '') return { at, text: message.value };
  }
  return undefined;
}
