export { type MemoryConfig, MemoryConfigSchema } from './config.ts';
export { createMemoryService, type MemoryService, type MemoryServiceDeps } from './create.ts';
export type { FetchedPage, FetchPage } from './ingest/source.ts';
