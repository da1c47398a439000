import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { expect, it } from 'vitest';

import { SessionEvents } from './event-store.ts';

const message = (id: number, text = ''): JSONRPCMessage => ({ jsonrpc: '2.0', id, result: { text } });
const after = async (events: SessionEvents, id: string): Promise<string[]> => {
  const ids: string[] = [];
  await events.replayEventsAfter(id, { send: async (eventId) => void ids.push(eventId) });
  return ids;
};

it('gives back what came after an event on its own stream, and no priming (TL-5)', async () => {
  const events = new SessionEvents(() => undefined);
  // What the SDK primes a stream with is no message.
  const primed = await events.storeEvent('a', {} as JSONRPCMessage);
  const ids = [];
  for (const stream of ['a', 'b', 'a']) ids.push(await events.storeEvent(stream, message(ids.length)));
  expect(await after(events, primed)).toEqual([ids[0], ids[2]]);
  expect(await after(events, ids[2] ?? '')).toEqual([]);
  expect(await events.getStreamIdForEventId(ids[1] ?? '')).toBe('b');
});

it('forgets the oldest, by number and by size, and says so', async () => {
  const events = new SessionEvents(() => undefined);
  for (let n = 1; n <= 1001; n += 1) await events.storeEvent('a', message(n));
  expect(await events.getStreamIdForEventId('1')).toBeUndefined();
  expect(await events.getStreamIdForEventId('2')).toBe('a');
  await expect(after(events, '1')).rejects.toThrow('no event 1');
  await events.storeEvent('a', message(0, 'x'.repeat(8 * 1024 * 1024)));
  expect(await events.getStreamIdForEventId('1001')).toBeUndefined();
  expect(await events.getStreamIdForEventId('1002')).toBe('a');
});
