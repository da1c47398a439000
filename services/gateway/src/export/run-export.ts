import { z } from 'zod';

import { ActionSchema, RunSchema } from '../api/run-schema.ts';

/** The name of the format; with the version it says how to read the rest. */
export const EXPORT_SCHEMA = 'holdfast.run-export';
/** Raised where a reader of the version before would misread it. */
export const EXPORT_VERSION = 1;

const EventSchema = z.object({
  id: z.string().describe('<fence>-<n>; ids of a run only grow.'),
  type: z.string().describe('See docs/events.md.'),
  at: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});

const CheckpointSchema = z.object({
  seq: z.number().int().describe('Number of the journal record: what a fork can name.'),
  at: z.iso.datetime().nullable(),
  kind: z.string().describe('intent, outcome, or the event that tells of the record, such as run.ended.'),
  action_id: z.string().optional(),
});

const ArtifactSchema = z.object({
  path: z.string().describe('Within the workspace.'),
  size: z.number().int().describe('Bytes.'),
  sha256: z.string().describe('Hex.'),
});

/** A run with all that is known of it, as one document. Its JSON Schema is docs/schemas/run-export-v1.json. */
export const RunExportSchema = z
  .object({
    schema: z.literal(EXPORT_SCHEMA),
    version: z.literal(EXPORT_VERSION),
    exported_at: z.iso.datetime(),
    holdfast: z.object({ version: z.string() }),
    complete: z.boolean().describe('False: the run had not ended; this is how it stood.'),
    redacted: z.boolean().describe('True: made for a share, without paths of the host, people and workers.'),
    run: RunSchema.extend({
      created_by: z.string().nullable(),
      workspace: z.string(),
    }),
    actions: z.array(ActionSchema),
    events: z.array(EventSchema),
    events_truncated: z.boolean().describe('True: the log is longer than is exported; its end is left out.'),
    checkpoints: z.array(CheckpointSchema),
    artifacts: z.array(ArtifactSchema),
  })
  .meta({ id: 'RunExport' });

/** A run as it is exported. */
export type RunExport = z.output<typeof RunExportSchema>;
/** One of its events. */
export type ExportedEvent = z.output<typeof EventSchema>;
/** One of its actions. */
export type ExportedAction = z.output<typeof ActionSchema>;
/** One of its files. */
export type ExportedArtifact = z.output<typeof ArtifactSchema>;
/** One of the places at which it can be forked. */
export type Checkpoint = z.output<typeof CheckpointSchema>;

/** The format as JSON Schema (draft 2020-12), as it is published in docs/schemas. */
export function exportJsonSchema(): string {
  const schema = z.toJSONSchema(RunExportSchema, { io: 'output' });
  const titled = { ...schema, title: `Export of a Holdfast run, version ${EXPORT_VERSION}` };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
