import { Sandbox, Volume } from 'e2b';
import { describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const sdk = useSdk();

describe('what E2B has and Holdfast has not (SB-1)', () => {
  it('says so, in the form of the SDK', async () => {
    await expect(Volume.list()).rejects.toThrow(/not supported by Holdfast: volumes/);
    await expect(Sandbox.create({ volumeMounts: { '/data': 'x' } })).rejects.toThrow(/not supported by Holdfast/);
    await expect(Sandbox.create({ network: { httpsPorts: [3000] } })).rejects.toThrow(/network\.httpsPorts/);
    await expect(Sandbox.create('no-such-template')).rejects.toThrow(/template/);
  });

  it('answers paths that it does not know in the same form', async () => {
    const { E2B_API_URL, E2B_API_KEY } = sdk.service.env;
    const response = await fetch(`${E2B_API_URL}/nothing`, { headers: { 'x-api-key': E2B_API_KEY } });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: 404, message: 'not supported by Holdfast: GET /nothing' });
  });
});
