export { SkillError } from './ask.ts';
export { database, files, http, logger, memory, redis } from './builtin.ts';
export type { SkillFiles } from './clients/files.ts';
export type { SkillHttp } from './clients/http.ts';
export type { SkillLogger } from './clients/logger.ts';
export type { SkillMemory } from './clients/memory.ts';
export type { SkillRedis } from './clients/redis.ts';
export { inject, type InjectDecorator } from './inject.ts';
export { provide, type Provider, type Scope } from './provide.ts';
export { token, type Token } from './token.ts';
export {
  defineSkillTool,
  type SkillContext,
  type SkillResult,
  type SkillTool,
  tool,
  type ToolOptions,
} from './tool.ts';
