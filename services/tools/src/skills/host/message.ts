import type { FromHost, JsonValue } from '@holdfast/skill/wire';
import { z } from 'zod';

const JsonObjectSchema = z.record(z.string(), z.json());
const id = z.number().int().nonnegative();

const ToolSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  description: z.string().min(1).max(8192),
  parameters: JsonObjectSchema,
  effect: z.enum(['read', 'idempotent', 'write']),
  approval: z.enum(['none', 'always']),
  timeoutMs: z.number().int().min(100).max(600_000),
});

const FromHostSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('loaded'),
    tools: z.array(ToolSchema).max(100),
    needs: z.array(z.string().max(100)).max(100),
  }),
  z.object({ type: z.literal('failed'), message: z.string(), stack: z.string(), file: z.string() }),
  z.object({ type: z.literal('result'), id, value: JsonObjectSchema }),
  z.object({ type: z.literal('error'), id, code: z.string(), message: z.string() }),
  z.object({ type: z.literal('progress'), id, fraction: z.number(), message: z.string() }),
  z.object({ type: z.literal('done'), id, problems: z.array(z.string()) }),
  z.object({
    type: z.literal('ask'),
    ask: id,
    call: id,
    provider: z.string(),
    method: z.string(),
    args: JsonObjectSchema,
  }),
]);

/** A message of a host, which may be anybody's; a string says why it is none. */
export function readMessage(text: string): FromHost | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'It is no JSON.';
  }
  const parsed = FromHostSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  return parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ');
}

/** What an ask is answered with. */
export type Answer = JsonValue;
