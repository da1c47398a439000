import type { Message } from '@holdfast/models';
import type { JsonValue } from '@holdfast/protocol';

import { textOf } from '../run/machine.ts';
import { answerIn } from './said.ts';

/** One thing that was said or done in a run. */
export interface Part {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** The action that it is the outcome of; empty: none. */
  readonly actionId: string;
  /** Where role is tool. */
  readonly tool: string;
  readonly ok: boolean;
}

/** Says what new messages tell: each message once, in their order. */
export interface Transcriber {
  next(messages: readonly Message[]): readonly Part[];
}

/** Reads the messages of a run from the first on; `messages` only ever grows. */
export function createTranscriber(): Transcriber {
  let read = 0;
  let step = 0;
  let call = 0;
  const partOf = (message: Message): Part | undefined => {
    switch (message.role) {
      case 'system':
        return undefined;
      case 'user':
        return { role: 'user', text: message.text, actionId: '', tool: '', ok: true };
      case 'assistant': {
        step += 1;
        call = 0;
        return { role: 'assistant', text: textOf(message.parts), actionId: `m${step}`, tool: '', ok: true };
      }
      case 'tool': {
        const index = call++;
        const answer = answerIn(message);
        if (answer !== undefined)
          return { role: 'user', text: answer, actionId: `q${step}.${index}`, tool: '', ok: true };
        const { name: tool, ok, value } = message;
        return { role: 'tool', text: textOfValue(value), actionId: `t${step}.${index}`, tool, ok };
      }
    }
  };
  return {
    next(messages) {
      const parts = messages.slice(read).flatMap((message) => partOf(message) ?? []);
      read = messages.length;
      return parts.filter(({ text }) => text.trim() !== '');
    },
  };
}

function textOfValue(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
