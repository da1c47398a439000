export { createPool, type Pool, type Poolable, type PoolDeps, type ShelfState } from './pool.ts';
