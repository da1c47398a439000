export { createE2bHandler, type E2bDeps, type E2bHandler } from './handler.ts';
export type { E2bCaller } from './rest/call.ts';
