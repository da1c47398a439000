import { z } from 'zod';

/** The `gateway` section of holdfast.yaml. */
export const GatewayConfigSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: z.number().int().min(0).max(65_535).default(7717).describe('0: any free port.'),
  public_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The address under which people reach it. With https, cookies are marked Secure.'),
  sandbox_domain: z
    .string()
    .regex(/^[a-z0-9.-]+(?::\d+)?$/, 'a domain, such as sandbox.example.org, with :port where it is not the usual one')
    .optional()
    .describe('Ports of sandboxes are reached at <port>-<sandbox>.<this domain>. Left out: localhost with the port.'),
  allowed_hosts: z
    .array(z.string().min(1))
    .default([])
    .describe('Names, beside the own ones, that may stand in the Host header (a defence against DNS rebinding).'),
  trust_proxy: z
    .array(z.string().min(1))
    .default([])
    .describe('Addresses or networks of proxies whose X-Forwarded-* headers are believed.'),
  body_limit: z
    .number()
    .int()
    .min(1024)
    .default(1024 * 1024)
    .describe('Largest request body, bytes.'),
  upload_limit: z
    .number()
    .int()
    .min(1)
    .default(100 * 1024 * 1024)
    .describe('Largest uploaded file, bytes.'),
  rate_limit: z
    .strictObject({
      per_minute: z.number().int().positive().default(6000).describe('Requests of one caller.'),
      rejected_per_minute: z
        .number()
        .int()
        .positive()
        .default(120)
        .describe('Requests from one address that carry no valid credentials.'),
      login_per_minute: z
        .number()
        .int()
        .positive()
        .default(10)
        .describe('Attempts to log in, per address and per user.'),
    })
    .prefault({}),
  sse: z
    .strictObject({
      heartbeat_ms: z.number().int().min(20).default(15_000).describe('Time between comments on a silent stream.'),
      max_per_caller: z.number().int().positive().default(100).describe('Event streams that one caller may hold open.'),
    })
    .prefault({}),
  mcp: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Whether /mcp offers Holdfast to clients of the Model Context Protocol.'),
      max_sessions_per_caller: z
        .number()
        .int()
        .positive()
        .default(200)
        .describe('MCP sessions of one caller; the one that was not used for longest makes room.'),
      session_idle_s: z
        .number()
        .int()
        .positive()
        .default(3600)
        .describe('A session in which nothing is under way ends after so many seconds.'),
      allowed_origins: z
        .array(z.string().min(1))
        .default([])
        .describe('Origins of web pages that may use it, such as http://localhost:6274. Programs send none.'),
    })
    .prefault({}),
  audit: z
    .strictObject({
      keep_days: z
        .number()
        .int()
        .min(1)
        .max(36_500)
        .default(365)
        .describe('How long the record of who did what is kept.'),
    })
    .prefault({}),
  inputs: z
    .strictObject({
      roots: z
        .array(z.string().startsWith('/'))
        .default([])
        .describe('Folders below which operators may name inputs. Owners and admins may name any path.'),
    })
    .prefault({}),
});

/** The `auth` section of holdfast.yaml. */
export const AuthConfigSchema = z.strictObject({
  local_key: z
    .boolean()
    .default(true)
    .describe('Write an owner key to <data dir>/local.key (mode 0600), for the command line on this machine.'),
  session_hours: z
    .number()
    .positive()
    .max(24 * 365)
    .default(168)
    .describe('How long a log-in lasts without being used.'),
});

/** The checked `gateway` section. */
export type GatewayConfig = z.infer<typeof GatewayConfigSchema>;
/** The checked `auth` section. */
export type AuthConfig = z.infer<typeof AuthConfigSchema>;
