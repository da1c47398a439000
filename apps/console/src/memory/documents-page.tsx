import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem, useProblem } from '../ui/problem.tsx';
import { ApiError } from '../api/error.ts';
import { Table } from '../ui/table.tsx';
import { visible } from '../ui/visible.ts';
import { AddDocument } from './add-document.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import { Check } from './filters.tsx';
import { Frame } from './frame.tsx';
import { LOOK_AGAIN_MS, type MemoryDocument, type Viewer, whose } from './queries.ts';

const TONE: Readonly<Record<MemoryDocument['state'], Tone>> = {
  reading: 'accent',
  indexing: 'accent',
  ready: 'ok',
  failed: 'bad',
};
const isUnderWay = ({ state }: MemoryDocument) => state === 'reading' || state === 'indexing';

/** The documents that memory holds: how far they are, what went wrong, and ways to add and erase them. */
export function DocumentsPage() {
  const { t } = useTranslation();
  const isAdmin = useMay('admin:read');
  const mayWrite = useMay('runs:write');
  const [all, setAll] = useState(false);
  const [adding, setAdding] = useState(false);
  const [erasing, setErasing] = useState<MemoryDocument>();
  const viewer: Viewer = all ? { all } : {};
  const list = useInfiniteQuery({
    queryKey: ['memory', 'documents', viewer],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ pageParam: after }) => {
      const query = { ...whose(viewer), ...(after === '' ? {} : { after }) };
      return ask(api.GET('/api/v1/memory/documents', { params: { query } }));
    },
    getNextPageParam: ({ next }) => next ?? undefined,
    // Agents add some too; those under way are looked at more often.
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ documents }) => documents.some(isUnderWay)) ? LOOK_AGAIN_MS / 3 : LOOK_AGAIN_MS * 3,
  });
  const documents = list.data?.pages.flatMap((page) => page.documents) ?? [];
  return (
    <Frame
      title={t('memory.places.documents')}
      lead={t('memory.documents.lead')}
      actions={
        mayWrite && (
          <Button look="primary" onClick={() => setAdding(true)}>
            {t('memory.documents.add')}
          </Button>
        )
      }
    >
      {isAdmin && <Check label={t('memory.filter.everybody')} checked={all} onChange={setAll} />}
      {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && !list.error && <Loading />}
      {list.isSuccess && documents.length === 0 && (
        <Empty title={t('memory.documents.nothing')}>
          <p>{t('memory.documents.nothingLead')}</p>
        </Empty>
      )}
      {documents.length > 0 && (
        <Documents documents={documents} viewer={viewer} onErase={mayWrite ? setErasing : undefined} />
      )}
      {list.hasNextPage && (
        <Button className="self-center" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('memory.documents.more')}
        </Button>
      )}
      {adding && <AddDocument onClose={() => setAdding(false)} />}
      {erasing && (
        <EraseDialog
          act={(reason) => {
            const query = { ...whose(viewer), ...(reason === '' ? {} : { reason }) };
            return ask(api.DELETE('/api/v1/memory/documents/{id}', { params: { path: { id: erasing.id }, query } }));
          }}
          onClose={() => setErasing(undefined)}
          onErased={() => setErasing(undefined)}
        >
          {t('memory.erase.document', { name: visible(erasing.name) })}
        </EraseDialog>
      )}
    </Frame>
  );
}

function Documents(props: {
  documents: readonly MemoryDocument[];
  viewer: Viewer;
  onErase: ((document: MemoryDocument) => void) | undefined;
}) {
  const { documents, onErase, viewer } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const head = ['name', 'state', 'format', 'size', 'updated', ...(onErase ? (['actions'] as const) : [])] as const;
  return (
    <Table caption={t('memory.places.documents')} head={head.map((name) => t(`memory.documents.${name}`))}>
      {documents.map((one) => {
        const name = visible(one.title ?? one.name);
        return (
          <tr key={one.id}>
            <th scope="row" className="min-w-48 px-3 py-2 text-start align-top font-normal">
              <Link
                to="/memory/timeline"
                search={{ ...viewer, document: one.id }}
                aria-label={t('memory.documents.passages', { name })}
                className="break-all"
              >
                {name}
              </Link>
              {one.title !== null && <p className="text-xs break-all text-soft">{visible(one.name)}</p>}
            </th>
            <td className="min-w-48">
              <State document={one} />
            </td>
            <td>{one.format}</td>
            <td className="whitespace-nowrap tabular-nums">{format.bytes(one.size)}</td>
            <td className="whitespace-nowrap">{format.time(one.updated_at)}</td>
            {onErase && (
              <td>
                <Button
                  small
                  look="danger"
                  aria-label={t('memory.documents.remove', { name })}
                  onClick={() => onErase(one)}
                >
                  {t('memory.act.erase')}
                </Button>
              </td>
            )}
          </tr>
        );
      })}
    </Table>
  );
}

/** How far a document is, what the last reading changed, or why it failed and what helps. */
function State({ document }: { document: MemoryDocument }) {
  const { t } = useTranslation();
  const say = useProblem();
  const { chunks: all, chunks_done: done, error, state } = document;
  const progress = t('memory.documents.progress', { done, all });
  return (
    <div className="flex flex-col items-start gap-1">
      <Badge tone={TONE[state]}>{t(`memory.documents.states.${state}`)}</Badge>
      {isUnderWay(document) && all > 0 && (
        <>
          <progress aria-label={progress} value={done} max={all} className="w-full accent-accent" />
          <span className="text-xs text-soft">{progress}</span>
        </>
      )}
      {state === 'ready' && (
        <span className="text-xs text-soft">
          {t('memory.documents.result', {
            added: document.chunks_added,
            kept: document.chunks_kept,
            removed: document.chunks_removed,
          })}
        </span>
      )}
      {error && (
        <p className="text-sm break-words text-bad">
          {say(new ApiError({ code: error.code, message: visible(error.message) }, 0))} {t('memory.documents.help')}
        </p>
      )}
    </div>
  );
}
