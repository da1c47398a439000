import { describe, expect, it } from 'vitest';

import type { Message } from '../model.ts';
import { createPromptConverter } from './prompt.ts';
import { TOOLS } from './testing.ts';

const MESSAGES: Message[] = [
  { role: 'system', text: 'S' },
  { role: 'user', text: 'go' },
  { role: 'assistant', parts: [{ type: 'text', text: 'x' }] },
  { role: 'assistant', parts: [{ type: 'text', text: '' }] },
  { role: 'tool', callId: 'a', name: 't', ok: true, value: { n: 1 } },
  { role: 'tool', callId: 'b', name: 't', ok: false, value: 'no' },
  { role: 'user', text: 'on' },
  { role: 'tool', callId: 'c', name: 't', ok: true, value: 'yes' },
];

describe('createPromptConverter', () => {
  it('converts a message once, however often it is sent', () => {
    const converter = createPromptConverter('p', false);
    const first = converter.prompt(MESSAGES);
    const second = converter.prompt([...MESSAGES, { role: 'user', text: 'more' }]);
    expect(second[2]).toBe(first[2]);
    expect(second[3]?.content[0]).toBe(first[3]?.content[0]);
    expect(second).toHaveLength(first.length + 1);
    expect(converter.tools(TOOLS)).toBe(converter.tools(TOOLS));
    expect(converter.tools([])).toBeUndefined();
  });

  it('puts results that follow one another into one message, and leaves out what is empty', () => {
    const prompt = createPromptConverter('p', false).prompt(MESSAGES);
    expect(prompt.map(({ role, content }) => `${role} ${content.length}`)).toEqual([
      'system 1',
      'user 1',
      'assistant 1',
      'tool 2',
      'user 1',
      'tool 1',
    ]);
    expect(prompt[3]?.content).toMatchObject([
      { output: { type: 'json', value: { n: 1 } } },
      { output: { type: 'error-text', value: 'no' } },
    ]);
  });
});
