export {
  type Audit,
  type AuditEvent,
  type AuditOptions,
  type AuditRecord,
  type AuditRule,
  type AuditTarget,
  DEFAULT_RULES,
  openAudit,
} from './audit/audit.ts';
export { type SandboxConfig, SandboxConfigSchema } from './config.ts';
export { createE2bHandler, type E2bCaller, type E2bDeps, type E2bHandler } from './e2b/index.ts';
export { thisHost } from './host/this-host.ts';
export { openRecordFile, type RecordFile } from './records/record-file.ts';
export {
  createSandboxService,
  type SandboxObserver,
  type SandboxService,
  type SandboxServiceDeps,
  type SandboxState,
} from './service.ts';
export {
  BoxFiles,
  type Boxes,
  type BoxOrder,
  type EgressRequest,
  type LiveBox,
  LiveSandbox,
  type MadeBox,
  type NewSandbox,
  newSandboxId,
  Sandboxes,
  type SandboxesDeps,
  type SandboxEvent,
  type SandboxFiles,
  type SandboxTemplate,
  type Snapshot,
  Snapshots,
} from './sandboxes/index.ts';
