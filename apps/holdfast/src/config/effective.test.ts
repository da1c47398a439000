import { REDACTED } from '@holdfast/telemetry';
import { describe, expect, it } from 'vitest';

import { shownConfig } from './effective.ts';
import { loadConfig } from './load.ts';
import { configSpec } from './schema.ts';

describe('the configuration as it is shown', () => {
  it('says of each value what it means, where it can be set and where it came from, and holds no secret (QA-4)', async () => {
    const env = {
      HOME: '/nowhere',
      HOLDFAST_GATEWAY__PORT: '7000',
      HOLDFAST_STORAGE__SQL: 'postgres://u:hunter2@h/db',
      HOLDFAST_TELEMETRY__OTLP_HEADERS: '{ "x-tenant": "hunter2" }',
      HOLDFAST_MODELS__PROVIDERS:
        '{ mine: { type: openai-compatible, base_url: "http://127.0.0.1:1", api_key: hunter2 } }',
    };
    const spec = configSpec(env);
    const { file, values } = shownConfig(await loadConfig(spec, { env, cwd: '/nowhere' }), spec.schema);
    const of = (key: string) => values.find((one) => one.key === key);
    expect(file).toBeNull();
    expect(of('gateway.port')).toEqual({
      key: 'gateway.port',
      value: 7000,
      origin: 'HOLDFAST_GATEWAY__PORT',
      description: '0: any free port.',
      environment: 'HOLDFAST_GATEWAY__PORT',
    });
    expect(of('gateway.audit.keep_days')).toMatchObject({ value: 365, origin: 'default' });
    expect(of('models.providers.mine.api_key')).toMatchObject({ value: REDACTED });
    expect(of('storage.sql')).toMatchObject({ value: `postgres://u:${REDACTED}@h/db` });
    expect(of('telemetry.otlp_headers.x-tenant')).toMatchObject({ value: REDACTED });
    expect(JSON.stringify(values)).not.toContain('hunter2');
  });
});
