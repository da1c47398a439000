import type { Ask } from '../ask.ts';
import type { JsonObject } from '../wire/values.ts';

/** The memory of the platform, where it has one. */
export interface SkillMemory {
  search(query: string, limit?: number): Promise<readonly JsonObject[]>;
  add(text: string): Promise<void>;
}

/** A client over the service's memory. */
export function memoryClient(ask: Ask): SkillMemory {
  return {
    search: async (query, limit = 10) => (await ask('memory', 'search', { query, limit })) as unknown as JsonObject[],
    async add(text) {
      await ask('memory', 'add', { text });
    },
  };
}
