// Writes docs/schemas/run-export-v1.json. Run it when the format has changed: node services/gateway/src/export/publish-schema.ts
import { writeFile } from 'node:fs/promises';

import { exportJsonSchema } from './run-export.ts';

await writeFile(new URL('../../../../docs/schemas/run-export-v1.json', import.meta.url), exportJsonSchema());
