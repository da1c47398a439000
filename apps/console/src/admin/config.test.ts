import { describe, expect, it } from 'vitest';

import { type ConfigValue, sectionsOf, textOfValue, unitOf } from './config.ts';

const value = (key: string, rest: Partial<ConfigValue> = {}): ConfigValue => ({
  key,
  value: 1,
  origin: 'default',
  description: '',
  environment: `HOLDFAST_${key.toUpperCase().replaceAll('.', '_')}`,
  ...rest,
});
const VALUES = [
  value('data_dir', { value: '/srv/data' }),
  value('gateway.port'),
  value('gateway.upload_limit'),
  value('sandbox.limits.pids'),
  value('sandbox.level', { value: 'process' }),
  value('agent.limits.steps', { description: 'Most calls of the model.' }),
];
const shown = (words: string) =>
  sectionsOf(VALUES, words).map(({ name, values }) => [name, values.map(({ key }) => key)]);

describe('the configuration on the page of limits', () => {
  it('begins with the limits, and has every value once', () => {
    expect(shown('')).toEqual([
      ['limits', ['agent.limits.steps', 'gateway.upload_limit', 'sandbox.limits.pids']],
      ['data_dir', ['data_dir']],
      ['gateway', ['gateway.port']],
      ['sandbox', ['sandbox.level']],
    ]);
  });

  it('is found by key, value, meaning, origin and variable, whatever the case', () => {
    expect(shown(' MOST calls ')).toEqual([['limits', ['agent.limits.steps']]]);
    expect(shown('/srv')).toEqual([['data_dir', ['data_dir']]]);
    expect(shown('holdfast_gateway_port')).toEqual([['gateway', ['gateway.port']]]);
    expect(shown('no such thing')).toEqual([]);
  });

  it('shows values as one would write them, and knows what numbers count', () => {
    expect([textOfValue('a'), textOfValue(['a', 1]), textOfValue({}), textOfValue(null)]).toEqual([
      'a',
      '["a",1]',
      '{}',
      'null',
    ]);
    expect(['agent.lease_ms', 'sandbox.limits.memory_bytes', 'gateway.body_limit', 'gateway.port'].map(unitOf)).toEqual(
      ['milliseconds', 'bytes', 'bytes', undefined],
    );
  });
});
