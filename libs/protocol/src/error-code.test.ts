import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { ERROR_CODES, HoldfastError, isErrorCode } from './index.ts';

describe('the error codes', () => {
  it('are documented in docs/errors.md with the same statuses and meanings', () => {
    const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| \w+ \((\d+)\) \| (.*) \|$/gm)].map(
      ([, code, http, grpc, meaning]) => [code, { grpc: Number(grpc), http: Number(http), meaning }],
    );
    expect(Object.fromEntries(documented)).toEqual(ERROR_CODES);
  });

  it('keep the cause inside, and make an error of whatever was thrown', () => {
    const secret = new Error('password=hunter2');
    const error = HoldfastError.from(secret, 'STORAGE_UNAVAILABLE');
    expect(error.cause).toBe(secret);
    expect(JSON.stringify(error.toBody())).not.toContain('hunter2');
    expect(HoldfastError.from(error)).toBe(error);
    expect(HoldfastError.from(new DOMException('x', 'AbortError')).code).toBe('CANCELED');
    expect(HoldfastError.fromBody({ code: 'nonsense', message: 'm' })).toMatchObject({
      code: 'INTERNAL',
      message: 'm',
    });
    expect(isErrorCode('toString')).toBe(false);
  });
});
