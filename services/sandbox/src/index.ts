export { type SandboxConfig, SandboxConfigSchema } from './config.ts';
export { thisHost } from './host/this-host.ts';
export { createSandboxService, type SandboxService, type SandboxServiceDeps } from './service.ts';
