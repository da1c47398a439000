import type { Readable } from 'node:stream';

import type { Language } from '@holdfast/markdown';
import type { commonpb } from '@holdfast/protocol';

import type { GatewayDeps } from '../deps.ts';
import type { Collected } from './collect.ts';

/** What a run is exported as. */
export const EXPORT_FORMATS = ['md', 'html', 'pdf', 'json', 'zip'] as const;
/** One of them. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What writing an export takes. */
export interface ExportOrder extends Collected {
  readonly lang: Language;
  readonly caller: commonpb.Caller;
  readonly deps: Pick<GatewayDeps, 'tools' | 'logger'>;
}

/** What an export is sent as. */
export type ExportContent = string | Buffer | Readable;

/** One way to write a run down. */
export interface ExportWriter<Content extends ExportContent = ExportContent> {
  /** As Content-Type has it. */
  readonly contentType: string;
  /**
   * Writes it.
   *
   * @throws HoldfastError where this format cannot be made, here or of this run.
   */
  readonly write: (order: ExportOrder) => Promise<Content>;
}
