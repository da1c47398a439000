export { create, type JsonObject, type JsonValue, type MessageInitShape } from '@bufbuild/protobuf';

import type { AgentService as AgentServiceDesc } from '../gen/holdfast/v1/agent_pb.js';
import type { BrowserService as BrowserServiceDesc } from '../gen/holdfast/v1/browser_pb.js';
import type { FilesService as FilesServiceDesc } from '../gen/holdfast/v1/files_pb.js';
import type { McpService as McpServiceDesc } from '../gen/holdfast/v1/mcp_pb.js';
import type { MemoryService as MemoryServiceDesc } from '../gen/holdfast/v1/memory_pb.js';
import type { SandboxService as SandboxServiceDesc } from '../gen/holdfast/v1/sandbox_pb.js';
import type { SkillsService as SkillsServiceDesc } from '../gen/holdfast/v1/skills_pb.js';
import type { ToolsService as ToolsServiceDesc } from '../gen/holdfast/v1/tools_pb.js';
import type { ServiceInterface } from './service-interface.ts';

export * as agentpb from '../gen/holdfast/v1/agent_pb.js';
export * as browserpb from '../gen/holdfast/v1/browser_pb.js';
export * as commonpb from '../gen/holdfast/v1/common_pb.js';
export * as filesystempb from '../gen/filesystem/filesystem_pb.js';
export * as filespb from '../gen/holdfast/v1/files_pb.js';
export * as mcppb from '../gen/holdfast/v1/mcp_pb.js';
export * as memorypb from '../gen/holdfast/v1/memory_pb.js';
export * as processpb from '../gen/process/process_pb.js';
export * as sandboxpb from '../gen/holdfast/v1/sandbox_pb.js';
export * as skillspb from '../gen/holdfast/v1/skills_pb.js';
export * as toolspb from '../gen/holdfast/v1/tools_pb.js';
export { ERROR_CODES, type ErrorCode, isErrorCode } from './error-code.ts';
export { type ErrorBody, type ErrorOptions, HoldfastError } from './error.ts';
export { EVENT_TYPES, type EventType } from './event-type.ts';
export { framedMemories, framedMemory, type ShownMemory } from './framed-memory.ts';
export { nearest } from './nearest.ts';
export type { CallOptions, ServiceInterface } from './service-interface.ts';

/** The agent service, in this process or across the wire. */
export type AgentApi = ServiceInterface<typeof AgentServiceDesc>;
/** The tools service, in this process or across the wire. */
export type ToolsApi = ServiceInterface<typeof ToolsServiceDesc>;
/** The sandbox service, in this process or across the wire. */
export type SandboxApi = ServiceInterface<typeof SandboxServiceDesc>;
/** The shared files, in this process or across the wire. */
export type FilesApi = ServiceInterface<typeof FilesServiceDesc>;
/** The administration of MCP servers, in this process or across the wire. */
export type McpApi = ServiceInterface<typeof McpServiceDesc>;
/** The browsers of runs, for people: in this process or across the wire. */
export type BrowserApi = ServiceInterface<typeof BrowserServiceDesc>;
/** The skills that agents have, in this process or across the wire. */
export type SkillsApi = ServiceInterface<typeof SkillsServiceDesc>;
/** What agents remember, in this process or across the wire. */
export type MemoryApi = ServiceInterface<typeof MemoryServiceDesc>;
