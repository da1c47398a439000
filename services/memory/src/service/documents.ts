import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { DocumentState, MemoryDocument } from '../ingest/document.ts';
import type { Documents } from '../ingest/documents.ts';
import type { DocumentSource } from '../ingest/source.ts';
import type { Viewer } from '../record.ts';
import { callerOf, scopeOf, trustOf, viewerOf } from '../wire.ts';

/** What the calls over documents are made of. */
export interface DocumentCallsDeps {
  readonly documents: Documents;
  /** Erases a document with all that was made of it. */
  readonly erase: (viewer: Viewer, id: string, subject: string, reason: string) => Promise<memorypb.Certificate>;
}

type Calls = Pick<MemoryApi, 'ingestDocument' | 'listDocuments' | 'getDocument' | 'removeDocument'>;

const LISTED = { normal: 50, most: 500 };
const STATES: Readonly<Record<DocumentState, memorypb.DocumentState>> = {
  reading: memorypb.DocumentState.READING,
  indexing: memorypb.DocumentState.INDEXING,
  ready: memorypb.DocumentState.READY,
  failed: memorypb.DocumentState.FAILED,
};

/** Documents: read, listed and removed. */
export function documentsApi({ documents, erase }: DocumentCallsDeps): Calls {
  return {
    async ingestDocument(request, options) {
      const caller = callerOf(request.caller);
      const document = await documents.ingest(
        {
          scope: scopeOf(caller, request.scope),
          source: sourceOf(request.source),
          name: request.name,
          format: request.format,
          title: request.title,
          trust: trustOf(request.trust),
        },
        options?.signal ?? new AbortController().signal,
      );
      return create(memorypb.IngestDocumentResponseSchema, { document: documentOf(document) });
    },

    async listDocuments(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const limit = Math.min(request.limit || LISTED.normal, LISTED.most);
      const page = await documents.list(viewer, { after: request.after, limit });
      return create(memorypb.ListDocumentsResponseSchema, {
        documents: page.documents.map(documentOf),
        next: page.next,
      });
    },

    async getDocument(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      return create(memorypb.GetDocumentResponseSchema, {
        document: documentOf(await documents.get(viewer, request.id)),
      });
    },

    async removeDocument(request) {
      const caller = callerOf(request.caller);
      const viewer = viewerOf(caller, request.filter);
      const certificate = await erase(viewer, request.id, caller.subject, request.reason);
      return create(memorypb.RemoveDocumentResponseSchema, { certificate });
    },
  };
}

function sourceOf(source: memorypb.IngestDocumentRequest['source']): DocumentSource {
  switch (source.case) {
    case 'path':
      return { path: source.value };
    case 'url':
      return { url: source.value };
    case 'content':
      return { content: source.value };
    case undefined:
      throw new HoldfastError('INVALID_ARGUMENT', 'Say what is to be read: a path, a URL or the content itself.');
  }
}

function documentOf(document: MemoryDocument): memorypb.Document {
  const { scope, error, trust: _trust, chunksQuarantined: _quarantined, state, ...rest } = document;
  return create(memorypb.DocumentSchema, {
    ...rest,
    scope: { user: scope.user, agent: scope.agent },
    state: STATES[state],
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  });
}
