import { AgentConfigSchema } from '@holdfast/agent';
import { AuthConfigSchema, GatewayConfigSchema } from '@holdfast/gateway';
import { MemoryConfigSchema } from '@holdfast/memory';
import { ModelsConfig } from '@holdfast/models';
import { SandboxConfigSchema } from '@holdfast/sandbox';
import { ToolsConfigSchema } from '@holdfast/tools';
import { z } from 'zod';

import type { ConfigSpec } from './load.ts';
import { StorageConfigSchema, TelemetryConfigSchema } from './own-sections.ts';
import { defaultDataDir, type Environment } from './paths.ts';

const schema = z.strictObject({
  data_dir: z.string().min(1).describe('Where everything that is kept lies. Made with mode 0700.'),
  gateway: GatewayConfigSchema.prefault({}),
  auth: AuthConfigSchema.prefault({}),
  agent: AgentConfigSchema.prefault({}),
  models: ModelsConfig.prefault({}),
  sandbox: SandboxConfigSchema.prefault({}),
  tools: ToolsConfigSchema.prefault({}),
  memory: MemoryConfigSchema.prefault({}),
  storage: StorageConfigSchema.prefault({}),
  telemetry: TelemetryConfigSchema.prefault({}),
});

/** The whole checked configuration. */
export type Config = z.infer<typeof schema>;

/** The configuration of the product; each room owns its section. */
export function configSpec(env: Environment): ConfigSpec<typeof schema> {
  return {
    schema: schema.extend({ data_dir: schema.shape.data_dir.default(defaultDataDir(env)) }) as unknown as typeof schema,
    paths: ['data_dir', 'gateway.inputs.roots.*', 'tools.mcp.files.*'],
  };
}
