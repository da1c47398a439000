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
