// Writes the types of the console's API client, made from the OpenAPI document that the gateway really serves.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createApp } from '../../../services/gateway/src/gateway.ts';
import { testDeps } from '../../../services/gateway/src/testing.ts';
import { type OpenApi, typesOf } from './openapi-types.ts';

/** Where the types lie. */
export const API_TYPES = fileURLToPath(new URL('../../../apps/console/src/api/schema.gen.ts', import.meta.url));

/** The types as they ought to be now. */
export async function currentTypes(): Promise<string> {
  const { deps, remove } = await testDeps();
  const { app } = await createApp(deps);
  try {
    await app.ready();
    const document = app.swagger() as unknown as OpenApi;
    return formatted(typesOf(JSON.parse(JSON.stringify(document)) as OpenApi));
  } finally {
    await app.close();
    await remove();
  }
}

function formatted(source: string): string {
  const biome = fileURLToPath(new URL('../../../node_modules/.bin/biome', import.meta.url));
  return execFileSync(biome, ['format', '--stdin-file-path=schema.gen.ts'], { input: source, encoding: 'utf8' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(API_TYPES, await currentTypes());
