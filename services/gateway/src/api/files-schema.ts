import type { filespb } from '@holdfast/protocol';
import { z } from 'zod';

/** The path of a shared file, as a query or in a body. */
export const PathSchema = z.string().min(1).max(1024).describe('Such as reports/q3.md.');

/** One version of a shared file. */
export const SharedVersionSchema = z
  .object({
    path: z.string(),
    version: z.number().int().describe('1 for the first.'),
    sha256: z.string().describe('Hex; empty: the file was deleted here.'),
    size: z.number().int().describe('Bytes.'),
    by: z.string().describe('The user or API key.'),
    run_id: z.string().nullable().describe('The run that wrote it; null: a person.'),
    at: z.iso.datetime(),
    message: z.string(),
    base: z.number().int().describe('The version that it was made from; 0: none, or its writer did not say.'),
    fence: z.number().int().describe('The fencing token of the write.'),
    deleted: z.boolean(),
  })
  .meta({ id: 'SharedVersion' });

/** A number in a query. */
export const CountSchema = z.coerce.number().int().min(0);

/** What a change of a shared file is bound to. */
export const ChangeHeaders = z.looseObject({
  'if-match': z
    .string()
    .regex(/^"?\d{1,9}"?$/, 'must be the number of a version')
    .optional()
    .describe('The version that the change was made from; "0": there must be no such file. 409 where it is another.'),
  'x-holdfast-fence': z
    .string()
    .regex(/^\d{1,16}$/, 'must be the token of a lock')
    .optional()
    .describe('The token of a lock of this path that you hold. Left out: the lock is taken for the change.'),
  'idempotency-key': z.string().max(200).optional().describe('Repeated, it gives the version that was made then.'),
});

/** The change that the headers and what goes with them describe. */
export function changeOf(
  headers: z.output<typeof ChangeHeaders>,
  more: { readonly message?: string | undefined; readonly sha256?: string | undefined } = {},
) {
  const { 'if-match': match, 'x-holdfast-fence': fence, 'idempotency-key': key } = headers;
  return {
    message: more.message ?? '',
    sha256: more.sha256 ?? '',
    requestKey: key ?? '',
    ...(match === undefined ? {} : { base: Number(match.replaceAll('"', '')) }),
    ...(fence === undefined ? {} : { fence: Number(fence) }),
  };
}

/** A version as the REST API shows it. */
export function sharedVersion(version: filespb.SharedVersion): z.output<typeof SharedVersionSchema> {
  const { path, n, sha256, size, subject, runId, at, message, base, fence } = version;
  return {
    path,
    version: n,
    sha256,
    size,
    by: subject,
    run_id: runId === '' ? null : runId,
    at: new Date(at).toISOString(),
    message,
    base,
    fence,
    deleted: sha256 === '',
  };
}
