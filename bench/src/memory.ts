/**
 * What memory costs: `npm run bench:memory [-- --json] [-- --only vectors,growth,million]`.
 *
 * The index of dense vectors beside an exact search of the same vectors in the same run, and how both grow. A group that
 * is not measured is named with its reason.
 */
import { measureGroups } from './groups.ts';
import { growth, million, vectors } from './memory/vectors.ts';

await measureGroups('bench:memory', [vectors, growth, million]);
