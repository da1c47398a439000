import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Guard } from '../app/guard.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { AuditFilters, type AuditSearch } from './audit-filters.tsx';
import { AuditTable } from './audit-table.tsx';

const PAGE = 50;
const EVERYTHING: AuditSearch = { subject: '', action: '', since: '', until: '' };

/** Who did what, and when: every change, also those that were refused. */
export function AuditPage() {
  const { t } = useTranslation();
  return (
    <Guard scope="admin:read" title={t('nav.audit')}>
      <Audit />
    </Guard>
  );
}

function Audit() {
  const { t } = useTranslation();
  const [search, setSearch] = useState(EVERYTHING);
  const list = useInfiniteQuery({
    queryKey: ['audit', search],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      ask(api.GET('/api/v1/audit', { params: { query: { ...queryOf(search), limit: PAGE, page: pageParam } } })),
    getNextPageParam: ({ next_page: next }) => next,
  });
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  const filtered = Object.values(search).some((value) => value !== '');
  return (
    <Page
      title={t('nav.audit')}
      actions={
        <Button disabled={list.isFetching} onClick={() => void list.refetch()}>
          {t('admin.audit.refresh')}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="max-w-3xl text-soft">{t('admin.audit.lead')}</p>
        <AuditFilters search={search} onChange={setSearch} />
        {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && !list.error && <Loading />}
        {list.isSuccess && entries.length === 0 && (
          <Empty title={t(filtered ? 'admin.audit.nothing' : 'admin.audit.emptyTitle')}>
            {filtered ? (
              <Button onClick={() => setSearch(EVERYTHING)}>{t('admin.audit.all')}</Button>
            ) : (
              <p>{t('admin.audit.emptyLead')}</p>
            )}
          </Empty>
        )}
        {entries.length > 0 && (
          <AuditTable entries={entries} onSubject={(subject) => setSearch({ ...search, subject })} />
        )}
        {list.hasNextPage && (
          <Button className="self-center" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('admin.audit.more')}
          </Button>
        )}
      </div>
    </Page>
  );
}

function queryOf({ since, until, ...rest }: AuditSearch) {
  return {
    ...rest,
    ...(since === '' ? {} : { since: new Date(since).toISOString() }),
    ...(until === '' ? {} : { until: new Date(until).toISOString() }),
  };
}
