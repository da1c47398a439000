import { Code, ConnectError } from '@connectrpc/connect';
import { HoldfastError } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { connectError, withPings } from './rpc.ts';

const never = new AbortController().signal;

async function* slow(): AsyncGenerator<string> {
  yield 'one';
  await new Promise((resolve) => {
    setTimeout(resolve, 60);
  });
  yield 'two';
}

function nextOf(source: AsyncGenerator<string>): () => Promise<string | undefined> {
  return async () => {
    const { done, value } = await source.next();
    return done ? undefined : value;
  };
}

describe('streams of envd (SB-1)', () => {
  it('say that they are there while nothing comes, and lose nothing', async () => {
    const seen: string[] = [];
    for await (const what of withPings(nextOf(slow()), 'ping', 10, never)) seen.push(what);
    expect(seen.filter((what) => what !== 'ping')).toEqual(['one', 'two']);
    expect(seen.indexOf('ping')).toBe(1);
  });

  it('end with the reason of who aborts them', async () => {
    const abort = new AbortController();
    const stream = withPings(() => new Promise<string>(() => {}), 'ping', 60_000, abort.signal);
    const next = stream.next();
    abort.abort(new Error('over'));
    await expect(next).rejects.toThrow('over');
  });

  it('say errors of the platform in Connect’s codes, and nothing of defects', () => {
    expect(connectError(new HoldfastError('NOT_FOUND', 'There is none.'))).toMatchObject({
      code: Code.NotFound,
      rawMessage: 'There is none.',
    });
    expect(connectError(new Error('secret')).rawMessage).not.toContain('secret');
    const own = new ConnectError('x', Code.Aborted);
    expect(connectError(own)).toBe(own);
  });
});
