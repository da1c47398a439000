import { describe, expect, it } from 'vitest';

import { create, type SandboxApi, sandboxpb } from './index.ts';

describe('a service in the same process (AR-1)', () => {
  it('gets the very object that the caller made: nothing is serialised', async () => {
    let received: unknown;
    const service: Pick<SandboxApi, 'destroy'> = {
      destroy: async (request) => {
        received = request;
        return create(sandboxpb.DestroyResponseSchema);
      },
    };
    const request = create(sandboxpb.DestroyRequestSchema, { sandboxId: 's1' });
    await service.destroy(request);
    expect(received).toBe(request);
  });
});
