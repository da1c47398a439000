export { type SandboxConfig, SandboxConfigSchema } from './config.ts';
export { createSandboxService, type SandboxService, type SandboxServiceDeps } from './service.ts';
