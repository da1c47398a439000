import type { Model, ModelPart } from '@holdfast/models';
import { agentpb } from '@holdfast/protocol';
import { afterEach, describe, expect, it } from 'vitest';

import { type AgentHost, startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { saying, testTools } from '../support/script.ts';
import { tempDir } from '../support/temp-dir.ts';

const WINDOW = 16;
const opened: { host: AgentHost; remove: () => void }[] = [];

async function start(model: Model, path?: string) {
  const dir = path === undefined ? tempDir() : { path, remove: () => undefined };
  const config = { events: { window: WINDOW } };
  const host = await startAgentHost({
    dataDir: dir.path,
    agents: ['a'],
    model: () => model,
    tools: testTools({ t: {} }),
    config,
  });
  opened.push({ host, remove: dir.remove });
  return { client: clientOf(host.agent), host, dataDir: dir.path };
}

afterEach(async () => {
  for (const { host, remove } of opened.splice(0)) {
    await host.close();
    remove();
  }
});

/** A model that offers `chunks` pieces and counts those that were pulled. */
function endless(chunks: number): Model & { pulled: number; closed: boolean } {
  const model = {
    id: 'test/endless',
    playbook: false,
    pulled: 0,
    closed: false,
    async *stream(): AsyncGenerator<ModelPart, void, undefined> {
      try {
        for (let n = 0; n < chunks; n += 1) {
          model.pulled += 1;
          yield { type: 'text', delta: `${n} ` };
        }
        yield { type: 'part', part: { type: 'text', text: 'all' } };
        const usage = { inputTokens: 1, outputTokens: chunks, cachedInputTokens: 0 };
        yield { type: 'finish', model: 'test/endless', reason: 'stop', usage, costUsd: 0 };
      } finally {
        model.closed = true;
      }
    },
  };
  return model;
}

const textOf = ({ data }: agentpb.Event) => {
  const text = data?.['text'];
  return typeof text === 'string' ? text : '';
};
const idOf = ({ id }: agentpb.Event) => id.split('-').map(Number) as [number, number];

describe('the event log (AG-4)', () => {
  it('gives every event once and in order, from any place on', async () => {
    const { client } = await start(
      saying((step) => (step < 3 ? { text: 'Looking at it.', calls: [['t', {}]] } : { text: 'Done.' })),
    );
    const { id } = await client.create('a', 'Go.');
    const live = await client.until(id, 'run.ended');
    const again = await client.until(id, 'run.ended');
    expect(again).toEqual(live);
    for (const [index, event] of live.entries()) {
      const [fence, n] = idOf(event);
      const [beforeFence, beforeN] = index === 0 ? [0, 0] : idOf(live[index - 1] ?? event);
      expect(fence > beforeFence || (fence === beforeFence && n === beforeN + 1)).toBe(true);
    }
    for (const cut of [1, 5, 9, live.length - 1]) {
      const rest = await client.until(id, 'run.ended', live[cut - 1]?.id ?? '');
      expect(rest).toEqual(live.slice(cut));
    }
    const text = live
      .filter(({ type }) => type === 'model.delta')
      .map((event) => textOf(event))
      .join('');
    expect(text).toBe('Looking at it.Looking at it.Looking at it.Done.');
    expect(await client.until(id, 'run.ended', live.at(-1)?.id ?? '')).toEqual([]);
  });

  it('shows an outcome only when it is durable: what a viewer saw is there after a restart', async () => {
    const first = await start(saying((step) => (step < 2 ? { calls: [['t', {}]] } : { text: 'Done.' })));
    const { id } = await first.client.create('a', 'Go.');
    const seen = await first.client.until(id, 'run.ended');
    await first.host.close();
    opened.length = 0;
    const second = await start(
      saying(() => ({ text: '' })),
      first.dataDir,
    );
    expect(await second.client.until(id, 'run.ended')).toEqual(seen);
  });
});

describe('back-pressure (AG-4)', () => {
  it('pulls no more from the model than the window while a paced viewer stalls, and all once it reads on', async () => {
    const model = endless(5000);
    const { client } = await start(model);
    const { id } = await client.create('a', 'Go.');
    const viewer = client.watch(id, '', agentpb.Flow.PACED)[Symbol.asyncIterator]();
    for (let n = 0; n < 10; n += 1) await viewer.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const stalled = model.pulled;
    expect(stalled).toBeLessThanOrEqual(10 + WINDOW + 8);
    let text = '';
    for (let next = await viewer.next(); !next.done; next = await viewer.next()) {
      const event = next.value.event;
      if (event?.type === 'model.delta') text += textOf(event);
    }
    expect(model.pulled).toBe(5000);
    expect(text.trim().split(' ').slice(-1)).toEqual(['4999']);
  });

  it('is not held back by nobody, by a free viewer, or by a slow one beside a fast one', async () => {
    const alone = endless(500);
    const unwatched = await start(alone);
    await unwatched.client.ended((await unwatched.client.create('a', 'Go.')).id);
    expect(alone.pulled).toBe(500);

    const model = endless(500);
    const { client } = await start(model);
    const { id } = await client.create('a', 'Go.');
    const slow = client.watch(id, '', agentpb.Flow.PACED)[Symbol.asyncIterator]();
    await slow.next();
    expect((await client.until(id, 'run.ended')).filter(({ type }) => type === 'model.delta')).toHaveLength(500);
    await slow.return?.();
  });

  it('goes on when the viewer that held it back leaves, and closes the model when it is cancelled', async () => {
    const model = endless(2000);
    const { client } = await start(model);
    const { id } = await client.create('a', 'Go.');
    const viewer = client.watch(id, '', agentpb.Flow.PACED)[Symbol.asyncIterator]();
    await viewer.next();
    await viewer.return?.();
    await client.ended(id);
    expect(model.pulled).toBe(2000);

    const held = endless(2000);
    const second = await start(held);
    const run = await second.client.create('a', 'Go.');
    const stalled = second.client.watch(run.id, '', agentpb.Flow.PACED)[Symbol.asyncIterator]();
    await stalled.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await second.client.cancel(run.id);
    await second.client.ended(run.id);
    expect(held.pulled).toBeLessThan(200);
    expect(held.closed).toBe(true);
    await stalled.return?.();
  });
});
