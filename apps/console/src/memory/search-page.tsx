import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useMay } from '../app/access.ts';
import type { MemorySearch } from '../app/router.tsx';
import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { Empty } from '../ui/empty.tsx';
import { TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { changed, type MemoryChange, MemoryFilters } from './filters.tsx';
import { Frame } from './frame.tsx';
import { HitCard, topsOf } from './hit.tsx';
import { type Recalled, recallQuery, statusQuery, type Viewer, viewerOf } from './queries.ts';
import { Remember } from './remember.tsx';
import { StatusStrip } from './status-strip.tsx';

/** Memories found by a question, each with why it was found. */
export function SearchPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMay('runs:write');
  const search = useRouterState({ select: (state) => state.location.search as MemorySearch });
  const [typed, setTyped] = useState(search.q ?? '');
  const [remembering, setRemembering] = useState(false);
  const { data: status } = useQuery(statusQuery);
  const recall = useQuery(recallQuery(search));
  useEffect(() => setTyped(search.q ?? ''), [search.q]);
  const change = (by: MemoryChange) => void navigate({ to: '/memory', search: changed(search, by) });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === search.q) void recall.refetch();
    else change({ q: typed.trim() });
  };
  const nothingYet = status && status.memories + status.quarantined + status.archived === 0;
  return (
    <Frame
      title={t('nav.memory')}
      lead={t('memory.lead')}
      actions={mayWrite && <Button onClick={() => setRemembering(true)}>{t('memory.remember.open')}</Button>}
    >
      <StatusStrip />
      <search className="flex flex-col gap-3">
        <form onSubmit={onSubmit} className="flex flex-wrap items-end gap-3">
          <div className="min-w-0 grow basis-64">
            <TextField
              type="search"
              label={t('memory.filter.query')}
              maxLength={4000}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          </div>
          <Button type="submit" look="primary" disabled={typed.trim() === ''}>
            {t('memory.search.go')}
          </Button>
        </form>
        <MemoryFilters to="/memory" search={search} onChange={change} />
      </search>
      {recall.error && <Problem error={recall.error} onRetry={() => void recall.refetch()} />}
      {recall.isLoading && <Loading />}
      {recall.data ? (
        <Found recalled={recall.data} viewer={viewerOf(search)} />
      ) : (
        search.q === undefined && (nothingYet ? <FirstMemory /> : <Begin />)
      )}
      {remembering && <Remember onClose={() => setRemembering(false)} />}
    </Frame>
  );
}

function Found({ recalled, viewer }: { recalled: Recalled; viewer: Viewer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { hits, missing, took_ms: took } = recalled;
  const total = took['total'] ?? Math.max(0, ...Object.values(took));
  const tops = topsOf(hits);
  return (
    <section aria-label={t('memory.search.hits')} className="flex flex-col gap-3">
      {missing.length > 0 && (
        <div role="alert" className="rounded-md border border-warn bg-warn-soft p-3 text-warn">
          <p>{t('memory.search.missing')}</p>
          <ul className="list-disc ps-5">
            {missing.map(({ reason, source }) => (
              <li key={source}>{t('memory.search.missingOne', { source, reason })}</li>
            ))}
          </ul>
        </div>
      )}
      <p role="status" className="text-soft">
        {t('memory.search.found', { count: hits.length, time: format.duration(total) })}
      </p>
      {hits.length === 0 ? (
        <Empty title={t('memory.search.nothing')}>
          <p>{t('memory.search.nothingLead')}</p>
        </Empty>
      ) : (
        <ol aria-label={t('memory.search.hits')} className="flex flex-col gap-3">
          {hits.map((hit) => (
            <HitCard key={hit.memory.id} hit={hit} tops={tops} viewer={viewer} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Begin() {
  const { t } = useTranslation();
  return (
    <Empty title={t('memory.search.begin')}>
      <p>{t('memory.search.beginLead')}</p>
    </Empty>
  );
}

function FirstMemory() {
  const { t } = useTranslation();
  return (
    <Empty title={t('memory.empty.title')}>
      <p>{t('memory.empty.lead')}</p>
      <CodeBox label={t('run.command')} text={'holdfast memory remember "..."'} />
    </Empty>
  );
}
