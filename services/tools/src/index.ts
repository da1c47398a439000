export { createPdfPrinter, type PdfPrinter } from './browser/print-pdf.ts';
export { type ToolsConfig, ToolsConfigSchema } from './config.ts';
export { jsonSchemaInput, type Parsed, type ToolInput, zodInput } from './input.ts';
export { createToolsService, type ToolsServiceDeps } from './service.ts';
export {
  defineTool,
  type Effect,
  type ExecOptions,
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
