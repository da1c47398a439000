import { describe, expect, it } from 'vitest';

import { isSecretKey, REDACTED, redactFields, redactText } from './redact.ts';

describe('redaction', () => {
  it.each([
    'authorization',
    'Authorization',
    'api_key',
    'apiKey',
    'x-api-key',
    'password',
    'Cookie',
    'set-cookie',
    'refresh_token',
    'OPENAI_API_KEY',
    'clientSecret',
  ])('takes %s for the name of a secret', (key) => expect(isSecretKey(key)).toBe(true));

  it.each([
    'input_tokens',
    'outputTokens',
    'max_output_tokens',
    'tokens',
    'agent',
    'key',
    'cached_input_tokens',
    'idempotency_key',
    'monkey',
  ])('takes %s for an ordinary name', (key) => expect(isSecretKey(key)).toBe(false));

  it.each([
    ['key hf_ab12cd34_c2VjcmV0c2VjcmV0 refused', `key ${REDACTED} refused`],
    ['Incorrect API key provided: sk-proj-abcdefgh1234', `Incorrect API key provided: ${REDACTED}`],
    ['Authorization: Bearer abcdefghijkl', `Authorization: Bearer ${REDACTED}`],
    ['postgres://bob:hunter2@db:5432/x', `postgres://bob:${REDACTED}@db:5432/x`],
    ['nothing to hide: task-sk at http://h:80/a@b', 'nothing to hide: task-sk at http://h:80/a@b'],
  ])('reads %s', (text, expected) => expect(redactText(text)).toBe(expected));

  it('goes into nested fields and ends in a cycle', () => {
    const cycle: Record<string, unknown> = { password: 'x', list: [{ token: 'y', n: 1 }] };
    cycle['self'] = cycle;
    const redacted = JSON.stringify(redactFields(cycle));
    expect(redacted).not.toContain('"x"');
    expect(redacted).not.toContain('"y"');
    expect(redacted).toContain('"n":1');
    expect(redacted).toContain('[deeper]');
  });

  it('shows that a secret is not set', () => {
    expect(redactFields({ api_key: '', token: null })).toEqual({ api_key: '', token: null });
  });
});
