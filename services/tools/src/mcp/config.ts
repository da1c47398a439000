import { z } from 'zod';

const count = z.number().int().positive();
const NAME = /^[\w.-]{1,64}$/;

/** What the operator says of one server, wherever it was found. */
export const McpServerPolicySchema = z.strictObject({
  trust: z
    .boolean()
    .default(false)
    .describe('Believe what the server says of its tools (readOnlyHint, idempotentHint, destructiveHint).'),
  approval: z
    .enum(['auto', 'always', 'none'])
    .default('auto')
    .describe(
      'Whether a human approves each call. auto: always, except tools of a trusted server that say they only read or destroy nothing.',
    ),
  pin: z
    .boolean()
    .default(false)
    .describe('Block a tool that was changed or added since it was first seen, until `holdfast mcp accept`.'),
  timeout_ms: count.max(600_000).optional().describe('Time-out of one call, milliseconds, in place of mcp.timeout_ms.'),
  tool_timeout_ms: z
    .record(z.string(), count.max(600_000))
    .default({})
    .describe('The same by tool, under the name that the server gives it.'),
  level: z
    .enum(['process', 'container', 'microvm'])
    .optional()
    .describe('Sandbox level of a stdio server. Left out: sandbox.level.'),
  egress: z
    .array(z.string())
    .default([])
    .describe('Domains and presets that a stdio server may reach, within sandbox.egress. Default: nothing.'),
  workspace: z
    .string()
    .regex(/^\//, 'an absolute path')
    .optional()
    .describe(
      'The one folder that a stdio server may write to, seen as /workspace; it is given to an unprivileged user. Left out: mcp/workspaces/<name> in the data directory.',
    ),
  elicitation: z
    .enum(['off', 'defaults'])
    .default('off')
    .describe('defaults: answer questions of the server with the default values of its form, or decline.'),
});

/** How the breaker of one instance decides. */
export const McpBreakerSchema = z.strictObject({
  error_percent: z.number().min(1).max(99).default(50).describe('It opens when more than this share of calls failed.'),
  volume: count.default(6).describe('Calls within the window below which it never opens.'),
  window_ms: count.default(30_000).describe('The window over which calls are counted, milliseconds.'),
  open_ms: count.default(10_000).describe('After so long open the server is probed, milliseconds.'),
});

/** The `mcp` of the `tools` section of holdfast.yaml. */
export const McpConfigSchema = z.strictObject({
  files: z
    .array(z.string().min(1))
    .default([])
    .describe('Further files of the mcp.json format, beside mcp.json in the data directory.'),
  etcd: z
    .strictObject({
      endpoints: z.array(z.string().min(1)).min(1).describe('Such as http://127.0.0.1:2379.'),
      prefix: z
        .string()
        .regex(/^\/.+\/$/, 'begins and ends with a slash')
        .default('/holdfast/mcp/')
        .describe('Servers lie at <prefix><name>/<instance>.'),
      username: z.string().min(1).optional(),
      password: z.string().min(1).optional(),
    })
    .optional()
    .describe('Find servers in etcd.'),
  consul: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe('Such as http://127.0.0.1:8500.'),
      token: z.string().min(1).optional().describe('Sent as X-Consul-Token.'),
      tag: z.string().min(1).default('mcp').describe('Services with this tag are MCP servers.'),
      wait_s: count.max(600).default(60).describe('How long one blocking query waits, seconds.'),
    })
    .optional()
    .describe('Find servers in Consul.'),
  timeout_ms: count.max(600_000).default(60_000).describe('Time-out of one call, milliseconds.'),
  connect_timeout_ms: count.default(20_000).describe('Time-out of connecting to a server, milliseconds.'),
  ping_ms: z.number().int().nonnegative().default(30_000).describe('A quiet server is pinged so often. 0: never.'),
  max_message_bytes: count
    .default(10 * 1024 * 1024)
    .describe('A larger message of a server ends the connection, and the call fails.'),
  max_tools: count.default(1000).describe('Tools of one server that are taken; what is beyond is told and left out.'),
  breaker: McpBreakerSchema.prefault({}),
  reconnect: z
    .strictObject({
      first_ms: count.default(500).describe('Wait before the first attempt to connect again, milliseconds.'),
      max_ms: count.default(60_000).describe('The longest wait; it doubles from attempt to attempt, with jitter.'),
    })
    .prefault({}),
  servers: z
    .record(z.string().regex(NAME, 'letters, digits, dot, dash and underscore, at most 64'), McpServerPolicySchema)
    .default({})
    .describe('By name of the server: trust, approval, time-outs.'),
});

/** The checked `mcp` section. */
export type McpConfig = z.infer<typeof McpConfigSchema>;
/** What the operator says of one server. */
export type McpServerPolicy = z.infer<typeof McpServerPolicySchema>;

/** The policy of a server that the configuration may not name. */
export function policyOf(config: McpConfig, server: string): McpServerPolicy {
  return config.servers[server] ?? McpServerPolicySchema.parse({});
}
