import { HoldfastError } from '@holdfast/protocol';

import { runtimeFolder } from '../runtime.ts';

/** Why tests of local models cannot run here; undefined where they can. */
export function missingRuntime(): string | undefined {
  try {
    runtimeFolder();
    return undefined;
  } catch (error) {
    if (HoldfastError.has(error, 'MODEL_UNAVAILABLE'))
      return 'the runtime of local models is not installed; run "npm run onnx:install"';
    throw error;
  }
}
