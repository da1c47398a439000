import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,services,libs}/*/src/**/*.test.ts', 'tests/src/**/*.test.ts', 'bench/src/**/*.test.ts'],
    pool: 'forks',
    // Most of them wait for processes, disks and clocks; by default one processor of two would stand idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
