import { z } from 'zod';

/** The `memory.documents` section of holdfast.yaml: what is read into memory, and its bounds. */
export const DocumentsConfigSchema = z.strictObject({
  max_bytes: z
    .number()
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .default(64 * 1024 * 1024)
    .describe('The largest document that is read, bytes.'),
  max_chunks: z
    .number()
    .int()
    .min(1)
    .max(200_000)
    .default(20_000)
    .describe('Into how many parts a document may be cut.'),
  max_pages: z.number().int().min(1).default(5_000).describe('How many pages a PDF may have.'),
  allow_private: z
    .array(z.string())
    .default([])
    .describe('Hosts of private networks, with * for anything, that documents may be read from by their URL.'),
  concurrency: z.number().int().min(1).max(8).default(1).describe('How many documents are read at a time.'),
  read_timeout_ms: z
    .number()
    .int()
    .min(1000)
    .default(120_000)
    .describe('How long reading and cutting one document may take, milliseconds.'),
});

/** The checked `memory.documents` section. */
export type DocumentsConfig = z.infer<typeof DocumentsConfigSchema>;
