/**
 * What memory costs: `npm run bench:memory [-- --json] [-- --only vectors,growth,small-store,store,million]`.
 *
 * The index of dense vectors beside an exact search of the same vectors in the same run, whole recall over the whole store,
 * and how both grow. A group that
 * is not measured is named with its reason.
 */
import { measureGroups } from './groups.ts';
import { million, smallStore, store } from './memory/store.ts';
import { growth, vectors } from './memory/vectors.ts';

await measureGroups('bench:memory', [vectors, growth, smallStore, store, million]);
