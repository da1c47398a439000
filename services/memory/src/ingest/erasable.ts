import type { ErasableStore, Erasing } from '../erase/store.ts';
import type { Documents, Owned } from './documents.ts';

/**
 * The documents as a store that erasures go through: a document, or all of a user, with what is kept of their content.
 * To be asked after the records, which count what they hold, and before the files: a reading that is under way may have
 * added chunks since the erasure began, and they go here.
 */
export function documentsStore(documents: Documents, product: string): ErasableStore {
  return {
    store: 'documents',
    product,
    async erase(erasing) {
      const of = ownedBy(erasing);
      return of ? await documents.erase(erasing.tenant, of) : 0;
    },
    async left(erasing) {
      const of = ownedBy(erasing);
      return of ? await documents.countOf(erasing.tenant, of) : 0;
    },
  };
}

function ownedBy({ what }: Erasing): Owned | undefined {
  // An empty name is everybody, and names nothing that could be erased.
  if (what.kind === 'ids' || what.name === '') return undefined;
  if (what.kind === 'user') return { user: what.name };
  return what.kind === 'document' || what.kind === 'group' ? { id: what.name } : undefined;
}
