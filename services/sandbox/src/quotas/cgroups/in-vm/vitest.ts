/** Stands in for vitest where there is only Node: the suite needs no more of it than this. */
export { after as afterAll, before as beforeAll, describe, it } from 'node:test';
