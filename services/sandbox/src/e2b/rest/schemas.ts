import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

const Seconds = z.int().min(0).max(2_147_483_647);
const Strings = z.record(z.string(), z.string());
/** What is known, and not supported: it is refused by name rather than left out in silence. */
const Anything = z.unknown();

const NetworkSchema = z.strictObject({
  allowOut: z.array(z.string()).nullish(),
  denyOut: z.array(z.string()).nullish(),
  allowPublicTraffic: z.boolean().nullish(),
  maskRequestHost: Anything.optional(),
  rules: Anything.optional(),
  egressProxy: Anything.optional(),
  httpsPorts: Anything.optional(),
});

/** POST /sandboxes and /v2/sandboxes. */
export const NewSandboxSchema = z.object({
  templateID: z.string().min(1),
  timeout: Seconds.nullish(),
  autoPause: z.boolean().nullish(),
  autoPauseMemory: z.boolean().nullish(),
  autoResume: z.object({ enabled: z.boolean() }).nullish(),
  allow_internet_access: z.boolean().nullish(),
  network: NetworkSchema.nullish(),
  metadata: Strings.nullish(),
  envVars: Strings.nullish(),
  iam: Anything.optional(),
  volumeMounts: z.array(Anything).nullish(),
});

/** PUT /sandboxes/{id}/network. */
export const NetworkUpdateSchema = NetworkSchema.extend({ allow_internet_access: z.boolean().nullish() });

/** POST /sandboxes/{id}/timeout. */
export const TimeoutSchema = z.object({ timeout: Seconds });

/** POST /sandboxes/{id}/refreshes. */
export const RefreshSchema = z.object({ duration: Seconds.nullish() });

/** POST /sandboxes/{id}/connect and /resume. */
export const ConnectSchema = z.object({ timeout: Seconds.nullish(), memory: z.boolean().nullish() });

/** POST /sandboxes/{id}/pause. */
export const PauseSchema = z.object({ memory: z.boolean().nullish() });

/** POST /sandboxes/{id}/snapshots. */
export const SnapshotSchema = z.object({ name: z.string().min(1).max(200).nullish() });

/** POST /sandboxes/{id}/fork. */
export const ForkSchema = z.object({ timeout: Seconds.nullish(), count: z.int().min(1).max(100).nullish() });

/** GET /v2/sandboxes. */
export const ListSchema = z.object({
  metadata: z.string().optional(),
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['running', 'paused'])))
    .optional(),
  startedAfter: z.iso.datetime({ offset: true }).optional(),
  template: z.string().optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  nextToken: z.string().optional(),
});

/** @throws HoldfastError INVALID_ARGUMENT, naming the first thing that is wrong. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    `${where === '' ? 'The request' : where}: ${issue?.message ?? 'not of the documented shape'}. Nothing was done.`,
  );
}

/** The query of a request, each name once. */
export function queryOf(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(query);
}
