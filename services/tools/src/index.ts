export { type BrowserOfRuns, openBrowser, type OpenBrowserDeps } from './browser/open.ts';
export { createPdfPrinter, type PdfPrinter } from './browser/print-pdf.ts';
export { type LiveRecords, liveRecords } from './browser/process/records.ts';
export { type ToolsConfig, ToolsConfigSchema } from './config.ts';
export { jsonSchemaInput, type Parsed, type ToolInput, zodInput } from './input.ts';
export type { ToolCalled } from './policy/gate.ts';
export type { Ledger } from './policy/ledger/ledger.ts';
export { createSqlLedger, USAGE_SCHEMA } from './policy/ledger/sql.ts';
export { mcpApi } from './mcp/api.ts';
export { createMcp, type CreateMcpDeps } from './mcp/create.ts';
export { addServer, findServer, removeServer } from './mcp/discovery/edit.ts';
export { type EgressFetch, egressFetch, egressFetchTo } from './mcp/transport/egress-fetch.ts';
export { login as loginToMcp } from './mcp/transport/login.ts';
export { TokenStore } from './mcp/transport/token-store.ts';
export { memorySource } from './memory/source.ts';
export { shippedToolNames } from './modules.ts';
export { createToolsService, type ToolsServiceDeps } from './service.ts';
export { problemText, type SkillProblem } from './skills/problem.ts';
export { skillsApi } from './skills/api.ts';
export { type Added, addSkill, type Packed, packSkill } from './skills/archive/archive.ts';
export { checkSkill, type SkillReport } from './skills/check/check.ts';
export { newSkill } from './skills/check/scaffold.ts';
export { createSkills, type SkillsDeps } from './skills/create.ts';
export { createFilesService, type FilesService, type FilesServiceDeps } from './store/service.ts';
export {
  defineTool,
  type Effect,
  type ExecOptions,
  type PreviewContext,
  type Reconciled,
  type Refusal,
  type ToolContext,
  type ToolDefinition,
  type ToolEvent,
  type ToolModule,
  type ToolOutcome,
  type ToolSource,
  type ToolTraits,
} from './tool.ts';
