import { z } from 'zod';

import type { OAuthSpec, TransportSpec } from './discovery.ts';

const Strings = z.record(z.string(), z.string());

const OAuthSchema = z.strictObject({
  grant: z.enum(['authorization_code', 'client_credentials']).default('authorization_code'),
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  clientMetadataUrl: z.url({ protocol: /^https$/ }).optional(),
  scope: z.string().min(1).optional(),
  issuer: z.url().optional(),
  hosts: z.array(z.string().min(1)).default([]),
});

/** An entry under `mcpServers`. Keys that other clients of the format know (`alwaysAllow` ...) are passed over. */
const EntrySchema = z.looseObject({
  type: z.enum(['stdio', 'http', 'streamable-http', 'streamableHttp', 'sse']).optional(),
  command: z.string().min(1).optional(),
  args: z.array(z.string()).default([]),
  env: Strings.default({}),
  cwd: z.string().default(''),
  url: z.url({ protocol: /^https?$/ }).optional(),
  headers: Strings.default({}),
  oauth: OAuthSchema.optional(),
  disabled: z.boolean().default(false),
});

/** An entry that was read, switched off, or cannot be used. */
export type ReadEntry = { readonly transport: TransportSpec } | { readonly problem: string } | { readonly off: true };

/**
 * Reads one entry of the mcp.json format.
 *
 * @param stdio whether it may name a program; entries that come over the network may not
 */
export function readEntry(value: unknown, stdio: boolean): ReadEntry {
  const parsed = EntrySchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? `${z.core.toDotPath(issue.path)}: ` : '';
    return { problem: `${where}${issue?.message ?? 'cannot be read'}` };
  }
  const { type, command, args, env, cwd, url, headers, oauth, disabled } = parsed.data;
  if (disabled) return { off: true };
  if (type === 'sse') {
    return { problem: 'the old SSE transport is not supported; give the URL of its streamable HTTP endpoint' };
  }
  if (url !== undefined && command !== undefined) return { problem: 'it has both command and url; keep one' };
  if (url !== undefined) {
    const named = oauth && withoutUndefined(oauth);
    return { transport: { type: 'http', url, headers, ...(named ? { oauth: named } : {}) } };
  }
  if (command === undefined) return { problem: 'it has neither command nor url' };
  if (!stdio) return { problem: 'it names a command; only mcp.json may start programs' };
  return { transport: { type: 'stdio', command, args, env, cwd } };
}

function withoutUndefined(oauth: z.infer<typeof OAuthSchema>): OAuthSpec {
  return Object.fromEntries(Object.entries(oauth).filter(([, value]) => value !== undefined)) as unknown as OAuthSpec;
}

const VARIABLE = /\$\{(?:env:)?(?<name>\w+)(?::-(?<fallback>[^}]*))?\}/g;

/**
 * Puts variables of the environment in: `${NAME}`, `${env:NAME}`, `${NAME:-instead}`, in every text of the value.
 *
 * @throws Error naming a variable that is not set
 */
export function expand(value: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (_, name: string, fallback?: string) => {
      const found = env[name] ?? fallback;
      if (found === undefined) throw new Error(`the variable ${name} is not set`);
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((one) => expand(one, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expand(one, env)]));
}
