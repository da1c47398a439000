export type { Role, Scope } from './auth/roles.ts';
export { type AuthConfig, AuthConfigSchema, type GatewayConfig, GatewayConfigSchema } from './config.ts';
export type { DoctorCheck, DoctorReport, GatewayDeps } from './deps.ts';
export { createGateway, type Gateway } from './gateway.ts';
