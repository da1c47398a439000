import { z } from 'zod';

import { endpointFields, endpointUrl, hasOneKey, ONE_KEY } from '../endpoint/config.ts';
import { folderFields } from '../folder/config.ts';

/** What texts are made into vectors with. Unknown keys are refused. */
export const EmbedderConfigSchema = z
  .strictObject({
    provider: z
      .enum(['lexical', 'openai', 'onnx'])
      .default('lexical')
      .describe(
        'lexical: built in, knows words and parts of words only; openai: any server with POST /v1/embeddings; onnx: a model in a local folder.',
      ),
    dimensions: z
      .int()
      .min(16)
      .max(8192)
      .optional()
      .describe(
        'Numbers in a vector. lexical: 1024 unless given. openai: asked of the server where given (for models that can be shortened), else what the model has.',
      ),
    url: endpointUrl.optional().describe('openai: the base URL, as in "http://127.0.0.1:8000/v1".'),
    ...endpointFields,
    max_batch: z.int().min(1).max(2048).default(32).describe('openai: texts in one request.'),
    max_chars: z
      .int()
      .min(16)
      .max(1_000_000)
      .default(8000)
      .describe('openai: longer texts are cut here, since servers refuse what their model cannot read.'),
    query_prefix: z
      .string()
      .default('')
      .describe('Stands before what is asked; models of the E5 family need "query: ".'),
    document_prefix: z
      .string()
      .default('')
      .describe('Stands before what is found; models of the E5 family need "passage: ".'),
    ...folderFields,
  })
  .refine((value) => value.provider !== 'openai' || value.url !== undefined, {
    path: ['url'],
    error: 'the provider openai needs the base url of the server, as in "http://127.0.0.1:8000/v1"',
  })
  .refine((value) => value.provider !== 'openai' || value.model !== undefined, {
    path: ['model'],
    error: 'the provider openai needs the name of the model',
  })
  .refine((value) => value.provider !== 'onnx' || value.folder !== undefined, {
    path: ['folder'],
    error: 'the provider onnx needs the folder of the model',
  })
  .refine(hasOneKey, ONE_KEY);

/** What texts are made into vectors with, defaults filled in. */
export type EmbedderConfig = z.output<typeof EmbedderConfigSchema>;
