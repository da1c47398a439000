import { isSecretKey, REDACTED, redactValue } from '@holdfast/telemetry';
import type { z } from 'zod';

import { variableOf } from './environment.ts';
import { describeSchema, nodeAt } from './keys.ts';
import type { Loaded } from './load.ts';

/** One value that is in force, as it may be shown. */
export interface ShownValue {
  readonly key: string;
  /** Without secrets. */
  readonly value: unknown;
  readonly origin: string;
  /** What the key means; empty where nothing is said of it. */
  readonly description: string;
  /** The variable that sets it. */
  readonly environment: string;
}

/** The configuration that is in force, as it may be shown. */
export interface ShownConfig {
  /** The file that was read; null: none. */
  readonly file: string | null;
  readonly values: readonly ShownValue[];
}

/** Takes the secrets out of a configuration and says of each key what it means and where it can be set. */
export function shownConfig(loaded: Pick<Loaded<unknown>, 'file' | 'effective'>, schema: z.ZodType): ShownConfig {
  const root = describeSchema(schema);
  const values = loaded.effective.map(({ key, value, origin }) => {
    const path = key.split('.');
    return {
      key,
      value: withoutSecret(key, value),
      origin,
      description: nodeAt(root, path)?.description ?? '',
      environment: variableOf(path),
    };
  });
  return { file: loaded.file ?? null, values };
}

function withoutSecret(key: string, value: unknown): unknown {
  const hidden = key.split('.').some((part) => isSecretKey(part)) || key.startsWith('telemetry.otlp_headers.');
  return hidden && value !== '' && value !== null ? REDACTED : redactValue(value);
}
