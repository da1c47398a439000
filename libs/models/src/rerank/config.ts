import { z } from 'zod';

import { endpointFields, endpointUrl, hasOneKey, ONE_KEY } from '../endpoint/config.ts';
import { folderFields } from '../folder/config.ts';

/** Which cross-encoder orders what was found. Unknown keys are refused. */
export const RerankerConfigSchema = z
  .strictObject({
    provider: z
      .enum(['none', 'jina', 'cohere', 'tei', 'onnx'])
      .default('none')
      .describe(
        'none; jina: POST <url>/rerank as Jina, vLLM and llama.cpp have it; cohere: POST <url>/rerank as of its version 2; tei: Text Embeddings Inference; onnx: a cross-encoder in a local folder.',
      ),
    url: endpointUrl
      .optional()
      .describe(
        'The base URL. jina: https://api.jina.ai/v1 and cohere: https://api.cohere.com/v2 unless given; tei: as in "http://127.0.0.1:8080".',
      ),
    ...endpointFields,
    max_batch: z.int().min(1).max(1000).default(32).describe('jina, cohere, tei: texts in one request.'),
    max_chars: z
      .int()
      .min(16)
      .max(1_000_000)
      .default(8000)
      .describe('jina, cohere, tei: longer texts are cut here, since servers refuse what their model cannot read.'),
    ...folderFields,
  })
  .refine((value) => value.provider !== 'tei' || value.url !== undefined, {
    path: ['url'],
    error: 'the provider tei needs the url of the server, as in "http://127.0.0.1:8080"',
  })
  .refine((value) => !['jina', 'cohere'].includes(value.provider) || value.model !== undefined, {
    path: ['model'],
    error: 'the providers jina and cohere need the name of the model',
  })
  .refine((value) => value.provider !== 'onnx' || value.folder !== undefined, {
    path: ['folder'],
    error: 'the provider onnx needs the folder of the model',
  })
  .refine(hasOneKey, ONE_KEY);

/** Which cross-encoder orders what was found, defaults filled in. */
export type RerankerConfig = z.output<typeof RerankerConfigSchema>;
