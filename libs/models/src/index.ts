export { chain, type ChainDeps } from './chain.ts';
export { type ModelClock, type Sleep, systemModelClock } from './clock.ts';
export { ModelsConfig } from './config.ts';
export { CONNECT_A_MODEL } from './connect.ts';
export type {
  AssistantPart,
  Message,
  Model,
  ModelCall,
  ModelPart,
  ProviderData,
  TokenUsage,
  ToolSpec,
} from './model.ts';
export { type EmbedderConfig, EmbedderConfigSchema } from './embed/config.ts';
export type { Embedder } from './embed/embedder.ts';
export { openEmbedder } from './embed/open.ts';
export type { EndpointDeps } from './endpoint/endpoint.ts';
export { type ExportMeta, exportPlaybook } from './playbook/export.ts';
export { type LoadedPlaybooks, loadPlaybooks } from './playbook/load.ts';
export { playbookModel } from './playbook/model.ts';
export { parsePlaybook } from './playbook/parse.ts';
export type { Playbook, PlaybookStep } from './playbook/playbook.ts';
export { resolveTask } from './playbook/task.ts';
export { type ListedModel, type ModelCheck, type ModelRegistry, type ModelsDeps, openModels } from './registry.ts';
export { type RerankerConfig, RerankerConfigSchema } from './rerank/config.ts';
export { openReranker } from './rerank/open.ts';
export type { Reranker } from './rerank/reranker.ts';
export type { Retries } from './retry.ts';
