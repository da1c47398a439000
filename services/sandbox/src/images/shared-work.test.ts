import { HoldfastError } from '@holdfast/protocol';
import { expect, it } from 'vitest';

import { sharedWork, type Waiter } from './shared-work.ts';
import { patientWaiter } from './testing-images.ts';

/** Work that ends when it is told to, and counts how often it was started. */
function steered() {
  const starts: { waiter: Waiter; done: PromiseWithResolvers<string> }[] = [];
  const work = async (waiter: Waiter): Promise<string> => {
    const done = Promise.withResolvers<string>();
    starts.push({ waiter, done });
    waiter.signal.addEventListener('abort', () => done.reject(new Error('aborted')));
    return done.promise;
  };
  return { starts, work };
}

it('is done once for all who ask, and each hears of it (SB-4)', async () => {
  const shared = sharedWork<string>();
  const { starts, work } = steered();
  const waiters = [patientWaiter(), patientWaiter()];
  const results = Promise.all(waiters.map((waiter) => shared.run('a', waiter, work)));
  starts[0]?.waiter.progress('half');
  starts[0]?.done.resolve('made');
  expect(await results).toEqual(['made', 'made']);
  expect(starts).toHaveLength(1);
  expect(waiters.map(({ lines }) => lines)).toEqual([['half'], ['half']]);
});

it('goes on for the others when one leaves, and ends with the last', async () => {
  const shared = sharedWork<string>();
  const { starts, work } = steered();
  const aborts = [new AbortController(), new AbortController()];
  const results = aborts.map(({ signal }) => shared.run('a', patientWaiter(signal), work));
  aborts[0]?.abort();
  await expect(results[0]).rejects.toSatisfy((error) => HoldfastError.has(error, 'CANCELED'));
  expect(starts[0]?.waiter.signal.aborted).toBe(false);
  aborts[1]?.abort();
  // Whoever comes while it is being given up gets work of its own.
  const late = shared.run('a', patientWaiter(), work);
  await expect(results[1]).rejects.toThrow();
  while (starts.length < 2) await new Promise(setImmediate);
  starts[1]?.done.resolve('anew');
  expect(await late).toBe('anew');
});

it('is not started for one who has left already', async () => {
  const { starts, work } = steered();
  await expect(sharedWork<string>().run('a', patientWaiter(AbortSignal.abort()), work)).rejects.toSatisfy((error) =>
    HoldfastError.has(error, 'CANCELED'),
  );
  expect(starts).toEqual([]);
});

it('tells all when it fails, and is started anew when it is asked for again', async () => {
  const shared = sharedWork<string>();
  const { starts, work } = steered();
  const results = [shared.run('a', patientWaiter(), work), shared.run('a', patientWaiter(), work)];
  starts[0]?.done.reject(new Error('no'));
  for (const result of results) await expect(result).rejects.toThrow('no');
  const again = shared.run('a', patientWaiter(), work);
  starts[1]?.done.resolve('yes');
  expect(await again).toBe('yes');
});

it('ends all on close', async () => {
  const shared = sharedWork<string>();
  const { work } = steered();
  const result = shared.run('a', patientWaiter(), work);
  const settled = expect(result).rejects.toThrow();
  await shared.close();
  await settled;
});
