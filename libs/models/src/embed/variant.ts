import { createHash } from 'node:crypto';

import type { EmbedderConfig } from './config.ts';

/** The part of an id that says how texts are changed before a model reads them; empty where they are not. */
export function variantOf(config: Pick<EmbedderConfig, 'query_prefix' | 'document_prefix'>): string {
  const { query_prefix: query, document_prefix: document } = config;
  if (query === '' && document === '') return '';
  return `/${createHash('sha256')
    .update(JSON.stringify([query, document]))
    .digest('hex')
    .slice(0, 8)}`;
}
