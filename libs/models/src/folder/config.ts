import { z } from 'zod';

/** The keys that every part of the configuration has which names a model in a local folder. */
export const folderFields = {
  folder: z
    .string()
    .min(1)
    .optional()
    .describe(
      'onnx: the folder with config.json, tokenizer.json and onnx/model.onnx. Its runtime is installed by "npm run onnx:install".',
    ),
  max_tokens: z
    .int()
    .min(8)
    .max(8192)
    .default(512)
    .describe('onnx: tokens of a text that are read, as far as the model reads so many.'),
};
