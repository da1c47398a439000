import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Certificate } from '../erase/certificate.ts';
import type { Eraser } from '../erase/eraser.ts';
import type { What } from '../erase/store.ts';
import type { Check } from '../verify/check.ts';
import { verify } from '../verify/verify.ts';
import { callerOf, viewerOf } from '../wire.ts';

type Calls = Pick<MemoryApi, 'eraseMemories' | 'listCertificates' | 'verify'>;

/** What looking after memory is made of. */
export interface AdminDeps {
  readonly eraser: Eraser;
  readonly checks: readonly Check[];
  /** Waits until the indices have followed, for a while. */
  readonly settle: () => Promise<void>;
}

/** Erasure and verification. */
export function adminApi({ eraser, checks, settle }: AdminDeps): Calls {
  return {
    async eraseMemories(request) {
      const caller = callerOf(request.caller);
      const certificate = await eraser.erase({
        viewer: viewerOf(caller, request.filter),
        subject: caller.subject,
        reason: request.reason,
        what: whatOf(request.what),
      });
      return create(memorypb.EraseMemoriesResponseSchema, { certificate: certificateOf(certificate) });
    },

    async listCertificates(request) {
      const { tenant } = callerOf(request.caller);
      const certificates = await eraser.certificates(tenant, request.id === '' ? undefined : request.id);
      return create(memorypb.ListCertificatesResponseSchema, { certificates: certificates.map(certificateOf) });
    },

    async verify(request) {
      callerOf(request.caller);
      const { ok, checks: results } = await verify(checks, { repair: request.repair, settle });
      return create(memorypb.VerifyResponseSchema, { ok, checks: results.map((result) => ({ ...result })) });
    },
  };
}

/** A certificate as clients see it. */
export function certificateOf({ tenant: _tenant, stores, pending, ...rest }: Certificate): memorypb.Certificate {
  return create(memorypb.CertificateSchema, {
    ...rest,
    stores: stores.map((from) => ({ ...from })),
    pending: pending.map((one) => ({ ...one })),
  });
}

function whatOf(what: memorypb.EraseMemoriesRequest['what']): What {
  switch (what.case) {
    case 'ids':
      return { kind: 'ids', ids: what.value.ids };
    case 'user':
      return named('user', what.value);
    case 'documentId':
      return named('document', what.value);
    case 'runId':
      return named('run', what.value);
    case 'group':
      return named('group', what.value);
    case undefined:
      throw new HoldfastError('INVALID_ARGUMENT', 'Say what is to be erased. Nothing was removed.');
  }
}

/** An empty name would mean what belongs to nobody in particular: everybody's. */
function named(kind: 'user' | 'document' | 'run' | 'group', name: string): What {
  if (name !== '') return { kind, name };
  throw new HoldfastError('INVALID_ARGUMENT', `Say which ${kind} is to be erased. Nothing was removed.`);
}
