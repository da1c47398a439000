import { silentLogger } from '@holdfast/telemetry';
import { describe, expect, it } from 'vitest';

import { PolicyConfigSchema } from '../policy/config.ts';
import { Gate } from '../policy/gate.ts';
import { memoryLedger } from '../policy/ledger/memory.ts';
import { Registry } from '../registry.ts';
import type { ToolModule, ToolSource } from '../tool.ts';
import { SearchConfigSchema } from './config.ts';
import { catalogue } from './corpus/catalogue.ts';
import { Finder } from './finder.ts';

function finderOf(rules: unknown[] = [], search: { show_at_most?: number } = {}) {
  let tools: readonly ToolModule[] = catalogue();
  let changed = (): void => undefined;
  const source: ToolSource = {
    name: 'mcp',
    list: () => tools,
    onChange(listener) {
      changed = listener;
      return () => undefined;
    },
  };
  const policy = PolicyConfigSchema.parse({ rules });
  const clock = { now: () => 0, monotonic: () => 0 };
  const gate = new Gate({ policy, ledger: memoryLedger(), clock, logger: silentLogger() });
  const finder = new Finder(new Registry([], {}, [source]), gate, SearchConfigSchema.parse(search));
  const become = (next: readonly ToolModule[]): void => {
    tools = next;
    changed();
  };
  const find = (query: string, tenant = 'acme') => finder.find({ query, limit: 5, tenant }).map(({ name }) => name);
  return { finder, become, find };
}

describe('finding tools of sources (TL-5)', () => {
  it('TL-5: finds at once what a source has brought, and no more what it took away', () => {
    const { become, find } = finderOf();
    expect(find('refund a charge')[0]).toBe('stripe__create_refund');
    become(catalogue().filter(({ name }) => !name.startsWith('stripe__')));
    expect(find('refund a charge')).not.toContain('stripe__create_refund');
    expect(find('stripe__create_refund')).not.toContain('stripe__create_refund');
    become(catalogue());
    expect(find('refund a charge')[0]).toBe('stripe__create_refund');
  });

  it('TL-5: names to a tenant only what it may use', () => {
    const { find, finder } = finderOf([{ tools: ['stripe__*'], tenants: ['acme'], access: 'deny' }]);
    expect(find('refund a charge', 'other')).toContain('stripe__create_refund');
    expect(find('refund a charge').filter((name) => name.startsWith('stripe__'))).toEqual([]);
    expect(find('refund a charge').length).toBeGreaterThan(0);
    expect(finder.listed('acme').some(({ name }) => name.startsWith('stripe__'))).toBe(false);
  });

  it('TL-5: shows a few tools of servers at once, and leaves many to be found', () => {
    const { finder, become } = finderOf([], { show_at_most: 3 });
    const deferred = () => finder.listed('acme').filter((tool) => tool.deferred === true).length;
    expect(deferred()).toBe(catalogue().length);
    become(catalogue().slice(0, 3));
    expect(deferred()).toBe(0);
    expect(finder.listed('acme')).toHaveLength(3);
    become(catalogue().slice(0, 4));
    expect(deferred()).toBe(4);
  });
});
