import type { memorypb } from '@holdfast/protocol';
import { z } from 'zod';

import { iso } from './memory-schema.ts';

/** What says that something was erased, and from where. */
export const CertificateSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    by: z.string().describe('Who asked.'),
    reason: z.string(),
    what: z.string().describe('What was to be erased, such as `user:alice`.'),
    memories: z.number().int(),
    sha256: z.string().describe('Of the ids of the memories that were removed, sorted, one a line.'),
    stores: z.array(
      z.object({
        store: z.string(),
        product: z.string(),
        removed: z.number().int(),
        left: z.number().int().describe('What a search for it still finds: 0.'),
      }),
    ),
    pending: z
      .array(z.object({ source: z.string(), reason: z.string() }))
      .describe('Stores that could not be reached: the erasure goes on when they are back.'),
  })
  .meta({ id: 'ErasureCertificate' });

/** A certificate as REST shows it. */
export function certificateOf(certificate: memorypb.Certificate): z.output<typeof CertificateSchema> {
  const { id, at, subject, reason, what, memories, sha256, stores, pending } = certificate;
  return {
    id,
    at: iso(at),
    by: subject,
    reason,
    what,
    memories,
    sha256,
    stores: stores.map(({ store, product, removed, left }) => ({ store, product, removed, left })),
    pending: pending.map((one) => ({ source: one.source, reason: one.reason })),
  };
}
