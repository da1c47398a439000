import { Sandbox, type SandboxOpts } from 'e2b';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

import { type E2bService, type Egress, startE2bService } from './service.ts';

/** What a test of the official SDK has at hand. */
export interface Sdk {
  readonly service: E2bService;
  /** A sandbox that is killed after the test. */
  create(options?: SandboxOpts): Promise<Sandbox>;
}

/**
 * One service for the tests of a file, found by the SDK as a user would have it: by environment variables alone. After
 * each test nothing may have gone wrong inside, and no sandbox is left.
 */
export function useSdk(egress: () => Promise<Egress> = async () => ({})): Sdk {
  let service: E2bService | undefined;
  const made: Sandbox[] = [];

  beforeAll(async () => {
    service = await startE2bService(await egress());
    Object.assign(process.env, service.env);
  });
  afterEach(async () => {
    await Promise.all(made.splice(0).map((sandbox) => sandbox.kill()));
    expect(service?.errors).toEqual([]);
  });
  afterAll(async () => {
    await service?.stop();
    for (const name of Object.keys(service?.env ?? {})) delete process.env[name];
  });

  return {
    get service() {
      if (!service) throw new Error('The service is there within tests only.');
      return service;
    },
    create: async (options) => {
      const sandbox = await Sandbox.create(options);
      made.push(sandbox);
      return sandbox;
    },
  };
}
