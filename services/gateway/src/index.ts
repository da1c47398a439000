export type { Role, Scope } from './auth/roles.ts';
export { type AuthConfig, AuthConfigSchema, type GatewayConfig, GatewayConfigSchema } from './config.ts';
export { e2bKeyOf } from './auth/e2b-key.ts';
export type { DoctorCheck, DoctorReport, Front, GatewayDeps } from './deps.ts';
export { createGateway, type Gateway } from './gateway.ts';
