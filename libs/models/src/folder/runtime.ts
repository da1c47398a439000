import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { HoldfastError } from '@holdfast/protocol';

const PLACE = join('libs', 'models', 'onnx');
const PACKAGE = join('node_modules', '@huggingface', 'transformers', 'package.json');

/**
 * The folder whose node_modules hold the runtime of local models. It is hundreds of MB, so it is no dependency of the
 * product but installed when it is wanted.
 *
 * @param from the URL of a module inside the repository, bundled or not
 * @throws HoldfastError MODEL_UNAVAILABLE where it is not installed.
 */
export function runtimeFolder(from: string = import.meta.url): string {
  for (let at = dirname(fileURLToPath(from)); ; at = dirname(at)) {
    if (existsSync(join(at, PLACE, PACKAGE))) return join(at, PLACE);
    if (at === dirname(at)) break;
  }
  throw new HoldfastError(
    'MODEL_UNAVAILABLE',
    'A model in a local folder needs a runtime that is not installed. Nothing was changed. Run "npm run onnx:install", then start again.',
  );
}
