import { describe, expect, it } from 'vitest';

import { readAnswer } from './ask.ts';

const base = { action_id: 'q1', text: '?', tool: '' };

describe('answers at the terminal', () => {
  const approval = { ...base, kind: 'approval', choices: ['approve', 'deny'] };
  it.each([
    ['y', { choice: 'approve', text: '' }],
    ['YES', { choice: 'approve', text: '' }],
    ['是', { choice: 'approve', text: '' }],
    ['n', { choice: 'deny', text: '' }],
    ['n too risky', { choice: 'deny', text: 'too risky' }],
    ['', undefined],
    ['yes please', undefined],
    ['1', undefined],
  ])('an approval by %j', (typed, answer) => {
    expect(readAnswer(approval, typed)).toEqual(answer && { action_id: 'q1', ...answer });
  });

  const unknown = { ...base, kind: 'unknown_outcome', choices: ['happened', 'retry', 'failed'] };
  it.each([
    ['2', 'retry'],
    ['Happened', 'happened'],
    ['y', undefined],
    ['4', undefined],
    ['', undefined],
  ])('what became of a write by %j', (typed, choice) => expect(readAnswer(unknown, typed)?.choice).toBe(choice));

  it('a question by a number, a word, or free text', () => {
    const question = { ...base, kind: 'ask_human', choices: ['red', 'blue'] };
    expect(readAnswer(question, '2')?.text).toBe('blue');
    expect(readAnswer(question, 'RED')?.text).toBe('red');
    expect(readAnswer(question, 'a bit of both')?.text).toBe('a bit of both');
    expect(readAnswer({ ...question, choices: [] }, '2')?.text).toBe('2');
    expect(readAnswer(question, '')).toBeUndefined();
  });
});
