import { Writable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';
import { expect, it } from 'vitest';

import { OpenInputs } from './open-inputs.ts';

/** A stdin that takes a piece when it is told to. */
function slowStdin(): { stdin: Writable; taken: string[]; take: () => void } {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  const stdin = new Writable({
    write(bytes: Buffer, _encoding, done) {
      waiting.push(() => {
        taken.push(bytes.toString());
        done();
      });
    },
  });
  stdin.on('error', () => undefined);
  return { stdin, taken, take: () => waiting.shift()?.() };
}

const isCode = (code: 'FAILED_PRECONDITION' | 'ALREADY_EXISTS' | 'INVALID_ARGUMENT') => (error: unknown) =>
  HoldfastError.has(error, code);
const never = new Promise<never>(() => undefined);
const bytes = (text: string): Buffer => Buffer.from(text);

it('keeps the order of what is sent, and answers when it was taken (TL-5)', async () => {
  const inputs = new OpenInputs();
  const { stdin, taken, take } = slowStdin();
  const input = inputs.open('a');
  const answered: number[] = [];
  // The first is sent before the command runs.
  const sent = ['x', 'y', 'z'].map(async (text, index) => {
    await inputs.send('a', bytes(text), index === 2);
    answered.push(index);
  });
  input.attach({ stdin, ended: never });
  while (taken.length < 3) {
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered.length).toBeLessThanOrEqual(taken.length);
    take();
  }
  await Promise.all(sent);
  expect({ taken, answered }).toEqual({ taken: ['x', 'y', 'z'], answered: [0, 1, 2] });
  await expect(inputs.send('a', bytes('late'), false)).rejects.toSatisfy(isCode('FAILED_PRECONDITION'));
});

it('refuses what still waits when the command ends', async () => {
  const inputs = new OpenInputs();
  const ended = Promise.withResolvers<{ exitCode: number; signal: '' }>();
  const input = inputs.open('a');
  input.attach({ stdin: slowStdin().stdin, ended: ended.promise });
  const waiting = [1, 2].map(() => inputs.send('a', bytes('x'), false));
  ended.resolve({ exitCode: 1, signal: '' });
  for (const sent of waiting) await expect(sent).rejects.toSatisfy(isCode('FAILED_PRECONDITION'));
  input.remove();
});

it('refuses what waits for a command that could not be started', async () => {
  const inputs = new OpenInputs();
  const input = inputs.open('a');
  const waiting = inputs.send('a', bytes('x'), false);
  input.remove();
  await expect(waiting).rejects.toSatisfy(isCode('FAILED_PRECONDITION'));
});

it('wants a name that no other command has', async () => {
  const inputs = new OpenInputs();
  const first = inputs.open('a');
  expect(() => inputs.open('a')).toThrow(expect.toSatisfy(isCode('ALREADY_EXISTS')));
  expect(() => inputs.open('')).toThrow(expect.toSatisfy(isCode('INVALID_ARGUMENT')));
  first.remove();
  inputs.open('a').remove();
  await expect(inputs.send('b', bytes('x'), false)).rejects.toSatisfy(isCode('FAILED_PRECONDITION'));
});
