import { afterEach, describe, expect, it } from 'vitest';

import { ConsulContract } from '../testing/consul-contract.ts';
import { until } from '../testing/open-mcp.ts';
import { discoveryConformance } from './conformance.ts';
import { consulDiscovery, type ConsulDiscoveryOptions } from './consul.ts';
import type { Discovery } from './discovery.ts';

const find = (contract: ConsulContract, more: Partial<ConsulDiscoveryOptions> = {}): Discovery =>
  consulDiscovery({
    url: contract.url,
    tag: 'mcp',
    waitSeconds: 30,
    fetch,
    random: Math.random,
    firstMs: 50,
    maxMs: 300,
    ...more,
  });

discoveryConformance('Consul (contract)', async () => {
  const contract = new ConsulContract();
  await contract.listen();
  return {
    discovery: find(contract),
    put: async (server, instance, url) => contract.put(server, instance, url),
    remove: async (server, instance) => contract.remove(server, instance),
    fail: async (server, instance) => contract.fail(server, instance),
    putBroken: async () => contract.put('bad name', 'a', 'http://127.0.0.1:4009/mcp'),
    goAway: () => contract.stop(),
    comeBack: () => contract.listen(),
    close: () => contract.stop(),
  };
});

describe('Consul (contract, TL-5)', () => {
  const opened: { discovery: Discovery; contract: ConsulContract }[] = [];
  const open = async (contract: ConsulContract, more: Partial<ConsulDiscoveryOptions> = {}): Promise<Discovery> => {
    await contract.listen();
    const discovery = find(contract, more);
    opened.push({ discovery, contract });
    return discovery;
  };
  afterEach(async () => {
    for (const { discovery, contract } of opened.splice(0)) {
      await discovery.close();
      await contract.stop();
    }
  });

  it('waits in blocking queries instead of asking again and again', async () => {
    const contract = new ConsulContract();
    contract.put('one', 'a', 'http://127.0.0.1:4001/mcp');
    await (await open(contract)).start();
    await until('both queries block', () => contract.asked.filter((asked) => asked.includes('index=')).length === 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(contract.asked).toHaveLength(4);
  });

  it('begins anew when the index goes backwards', async () => {
    const contract = new ConsulContract();
    contract.put('one', 'a', 'http://127.0.0.1:4001/mcp');
    const discovery = await open(contract);
    await discovery.start();
    await until('both queries block', () => contract.asked.filter((asked) => asked.includes('index=')).length === 2);
    contract.resetIndex();
    contract.put('two', 'a', 'http://127.0.0.1:4002/mcp');
    await until('the new one is found', () => discovery.found().servers.has('two'));
    await until(
      'it asks without an index again',
      () => contract.asked.filter((asked) => asked === '/v1/catalog/services').length > 1,
    );
  });

  it('passes services without the tag over, and keeps one without a passing instance', async () => {
    const contract = new ConsulContract();
    contract.put('database', 'a', 'http://127.0.0.1:4001/', ['sql']);
    contract.put('one', 'a', 'http://127.0.0.1:4002/mcp');
    const discovery = await open(contract);
    await discovery.start();
    await until('it is found', () => discovery.found().servers.get('one')?.instances.length === 1);
    contract.fail('one', 'a');
    await until('it has none', () => discovery.found().servers.get('one')?.instances.length === 0);
    expect([...discovery.found().servers.keys()]).toEqual(['one']);
  });

  it('sends its token', async () => {
    const contract = new ConsulContract('s3cret');
    contract.put('one', 'a', 'http://127.0.0.1:4001/mcp');
    const without = await open(contract);
    await without.start();
    expect(without.found().problem).toContain('403');
    const discovery = find(contract, { token: 's3cret' });
    opened.push({ discovery, contract });
    await discovery.start();
    await until('it is found', () => discovery.found().servers.has('one'));
  });
});
