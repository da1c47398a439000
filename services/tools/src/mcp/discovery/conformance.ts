import { afterEach, describe, expect, it } from 'vitest';

import { until } from '../testing/open-mcp.ts';
import type { Discovery } from './discovery.ts';

/** A real backend of a discovery, as the suite works it. */
export interface Backend {
  readonly discovery: Discovery;
  /** Registers an instance, or changes its address. */
  put(server: string, instance: string, url: string): Promise<void>;
  /** Takes it away for good. */
  remove(server: string, instance: string): Promise<void>;
  /** Its health check fails from now on. */
  fail(server: string, instance: string): Promise<void>;
  /** Puts something in that is no server. */
  putBroken(server: string): Promise<void>;
  /** The backend goes away. */
  goAway(): Promise<void>;
  /** And comes back, with all that it knew. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** What every discovery of MCP servers promises. `several`: one server may have more than one instance. */
export function discoveryConformance(name: string, open: () => Promise<Backend>, several = true): void {
  describe(`discovery of MCP servers in ${name} (TL-5)`, () => {
    let backend: Backend | undefined;

    afterEach(async () => {
      await backend?.discovery.close();
      await backend?.close();
      backend = undefined;
    });

    /** URLs of the healthy instances by server, in order. */
    const urls = (): Record<string, string[]> =>
      Object.fromEntries(
        [...(backend?.discovery.found().servers ?? [])].map(([server, { instances }]) => [
          server,
          instances
            .filter(({ healthy }) => healthy)
            .map(({ transport }) => (transport.type === 'http' ? transport.url : transport.command))
            .sort(),
        ]),
      );
    const becomes = (wanted: Record<string, string[]>): Promise<void> =>
      until(`it finds ${JSON.stringify(wanted)}`, () => JSON.stringify(urls()) === JSON.stringify(wanted)).catch(
        (error: unknown) => {
          expect(urls()).toEqual(wanted);
          throw error;
        },
      );

    it('finds what is there at the start, what is added, what changes, and what goes', async () => {
      backend = await open();
      await backend.put('one', 'a', 'http://127.0.0.1:4001/mcp');
      await backend.discovery.start();
      await becomes({ one: ['http://127.0.0.1:4001/mcp'] });
      await backend.put('two', 'a', 'http://127.0.0.1:4002/mcp');
      await becomes({ one: ['http://127.0.0.1:4001/mcp'], two: ['http://127.0.0.1:4002/mcp'] });
      await backend.put('one', 'a', 'http://127.0.0.1:4003/mcp');
      await becomes({ one: ['http://127.0.0.1:4003/mcp'], two: ['http://127.0.0.1:4002/mcp'] });
      await backend.remove('one', 'a');
      await becomes({ two: ['http://127.0.0.1:4002/mcp'] });
    });

    it.skipIf(!several)('follows the health of each instance, and takes one back that has recovered', async () => {
      backend = await open();
      await backend.discovery.start();
      await backend.put('one', 'a', 'http://127.0.0.1:4001/mcp');
      await backend.put('one', 'b', 'http://127.0.0.1:4002/mcp');
      await becomes({ one: ['http://127.0.0.1:4001/mcp', 'http://127.0.0.1:4002/mcp'] });
      await backend.fail('one', 'a');
      await becomes({ one: ['http://127.0.0.1:4002/mcp'] });
      await backend.put('one', 'a', 'http://127.0.0.1:4001/mcp');
      await becomes({ one: ['http://127.0.0.1:4001/mcp', 'http://127.0.0.1:4002/mcp'] });
    });

    it('keeps the servers while the discovery is away, says so, and goes on when it is back', async () => {
      backend = await open();
      await backend.put('one', 'a', 'http://127.0.0.1:4001/mcp');
      await backend.discovery.start();
      await becomes({ one: ['http://127.0.0.1:4001/mcp'] });
      await backend.goAway();
      await until('it says so', () => backend?.discovery.found().problem !== '');
      expect(urls()).toEqual({ one: ['http://127.0.0.1:4001/mcp'] });
      await backend.comeBack();
      await backend.put('two', 'a', 'http://127.0.0.1:4002/mcp');
      await becomes({ one: ['http://127.0.0.1:4001/mcp'], two: ['http://127.0.0.1:4002/mcp'] });
      await until('all is well again', () => backend?.discovery.found().problem === '');
    });

    it('starts while the discovery is away, and finds the servers later', async () => {
      backend = await open();
      await backend.put('one', 'a', 'http://127.0.0.1:4001/mcp');
      await backend.goAway();
      await backend.discovery.start();
      expect(urls()).toEqual({});
      expect(backend.discovery.found().problem).not.toBe('');
      await backend.comeBack();
      await becomes({ one: ['http://127.0.0.1:4001/mcp'] });
    });

    it('leaves out what is no server, and names it', async () => {
      backend = await open();
      await backend.put('one', 'a', 'http://127.0.0.1:4001/mcp');
      await backend.putBroken('bad');
      await backend.discovery.start();
      await becomes({ one: ['http://127.0.0.1:4001/mcp'] });
      await until('it is named', () => backend?.discovery.found().problem.includes('bad') === true);
    });

    it('tells of every change, and of nothing when nothing changed', async () => {
      backend = await open();
      let told = 0;
      backend.discovery.onChange(() => (told += 1));
      await backend.discovery.start();
      const before = told;
      await backend.put('one', 'a', 'http://127.0.0.1:4001/mcp');
      await becomes({ one: ['http://127.0.0.1:4001/mcp'] });
      expect(told).toBeGreaterThan(before);
      const after = told;
      await backend.put('one', 'a', 'http://127.0.0.1:4001/mcp');
      await backend.put('two', 'a', 'http://127.0.0.1:4002/mcp');
      await becomes({ one: ['http://127.0.0.1:4001/mcp'], two: ['http://127.0.0.1:4002/mcp'] });
      expect(told).toBe(after + 1);
    });
  });
}
