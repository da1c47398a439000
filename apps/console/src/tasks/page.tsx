import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { agentsQuery } from '../api/queries.ts';
import { useMay } from '../app/access.ts';
import type { TaskSearch } from '../app/router.tsx';
import { CancelDialog } from '../run/cancel-dialog.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Filters } from './filters.tsx';
import { TaskTable } from './table.tsx';

/** How often a list that holds runs under way is asked for again, milliseconds. */
const LOOK_AGAIN_MS = 3000;
const PAGE = 50;

/** All tasks, newest first: found by words, status, agent and tag; ended many at a time. */
export function TasksPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useRouterState({ select: (state) => state.location.search as TaskSearch });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [canceling, setCanceling] = useState(false);
  const mayWrite = useMay('runs:write');
  const { data: agents = [] } = useQuery(agentsQuery);
  const list = useInfiniteQuery({
    queryKey: ['runs', search],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      ask(api.GET('/api/v1/runs', { params: { query: { ...search, limit: PAGE, page: pageParam } } })),
    getNextPageParam: ({ next_page: next }) => next,
    refetchInterval: LOOK_AGAIN_MS,
  });
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? [];
  const cancelable = runs.filter(({ ended_at, id }) => ended_at === null && selected.has(id)).map(({ id }) => id);
  const filtered = Object.keys(search).length > 0;
  const setSearch = (change: TaskSearch) => void navigate({ to: '/runs', search: clean({ ...search, ...change }) });
  return (
    <Page
      title={t('nav.tasks')}
      actions={
        mayWrite && (
          <Link to="/new" className={buttonClass('primary')}>
            {t('nav.new')}
          </Link>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <Filters search={search} agents={agents.map(({ name }) => name)} onChange={setSearch} />
        {selected.size > 0 && (
          <div className="flex flex-wrap items-center gap-3" role="status">
            <span>{t('tasks.selected', { count: selected.size })}</span>
            <Button small look="danger" disabled={cancelable.length === 0} onClick={() => setCanceling(true)}>
              {t('tasks.cancelSelected', { count: cancelable.length })}
            </Button>
            <Button small look="quiet" onClick={() => setSelected(new Set())}>
              {t('tasks.clear')}
            </Button>
          </div>
        )}
        {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && !list.error && <Loading />}
        {list.isSuccess && runs.length === 0 && (filtered ? <NothingFound /> : <FirstTask mayWrite={mayWrite} />)}
        {runs.length > 0 && (
          <TaskTable
            runs={runs}
            selected={selected}
            onSelect={mayWrite ? setSelected : undefined}
            onTag={(tag) => setSearch({ tag })}
          />
        )}
        {list.hasNextPage && (
          <Button className="self-center" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('tasks.more')}
          </Button>
        )}
      </div>
      {canceling && (
        <CancelDialog ids={cancelable} onClose={() => setCanceling(false)} onDone={() => setSelected(new Set())} />
      )}
    </Page>
  );
}

function clean(search: TaskSearch): TaskSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}

function NothingFound() {
  const { t } = useTranslation();
  return (
    <Empty title={t('tasks.nothingFound')}>
      <Link to="/runs" search={{}} className={buttonClass()}>
        {t('tasks.clearFilters')}
      </Link>
    </Empty>
  );
}

function FirstTask({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useTranslation();
  return (
    <Empty title={t('tasks.emptyTitle')}>
      <p>{t(mayWrite ? 'tasks.emptyLead' : 'tasks.emptyViewer')}</p>
      {mayWrite && (
        <Link to="/new" className={buttonClass('primary')}>
          {t('tasks.first')}
        </Link>
      )}
    </Empty>
  );
}
