import { expect } from './fixtures.ts';
import type { Server } from './server.ts';

/** Starts a run by the API, and gives its id. */
export async function begin(server: Server, body: Readonly<Record<string, unknown>>): Promise<string> {
  const { body: run, status } = await server.product().call('POST', '/api/v1/runs', { agent: 'assistant', ...body });
  expect(status, JSON.stringify(run)).toBe(201);
  return String(run['id']);
}

/** Waits until a run is in this state. */
export async function reached(server: Server, id: string, status: string): Promise<void> {
  await expect
    .poll(async () => (await server.product().call('GET', `/api/v1/runs/${id}`)).body['status'], { timeout: 60_000 })
    .toBe(status);
}
