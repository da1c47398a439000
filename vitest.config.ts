import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,services,libs}/*/src/**/*.test.ts', 'tests/src/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
