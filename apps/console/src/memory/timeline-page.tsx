import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import type { MemorySearch } from '../app/router.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem, useProblem } from '../ui/problem.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { useToast } from '../ui/toast.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { Certificates } from './certificates.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import { changed, type MemoryChange, MemoryFilters } from './filters.tsx';
import { Frame } from './frame.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { changeState, erase, filterOf, type Memory, refreshMemory, type Viewer, viewerOf, whose } from './queries.ts';
import { TimelineDays } from './timeline-days.tsx';

const STATES = ['active', 'quarantined', 'archived'] as const;
const ORDERS = ['newest', 'oldest', 'fading'] as const;
const PAGE = 50;

/** All memories in the order of time, by state; several can be changed at once. */
export function TimelinePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isAdmin = useMay('admin:read');
  const mayWrite = useMay('runs:write');
  const search = useRouterState({ select: (state) => state.location.search as MemorySearch });
  const [open, setOpen] = useState<'import' | 'certificates'>();
  const state = search.state ?? 'active';
  const change = (by: MemoryChange) => void navigate({ to: '/memory/timeline', search: changed(search, by) });
  const [typed, setTyped] = useSettled(search.q ?? '', (q) => change({ q }));
  const exported = new URLSearchParams(whose(viewerOf(search))).toString();
  return (
    <Frame
      title={t('memory.places.timeline')}
      lead={t('memory.timeline.lead')}
      actions={
        <>
          {isAdmin && <Button onClick={() => setOpen('certificates')}>{t('memory.certificate.list')}</Button>}
          {mayWrite && <Button onClick={() => setOpen('import')}>{t('memory.port.import')}</Button>}
          <a href={`/api/v1/memory/export?${exported}`} download className={buttonClass()}>
            {t('memory.port.export')}
          </a>
        </>
      }
    >
      <search className="flex flex-col gap-3">
        <div className="flex flex-wrap items-end gap-3">
          <div className="min-w-0 grow basis-64">
            <TextField
              type="search"
              label={t('memory.filter.contains')}
              maxLength={200}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          </div>
          <div className="w-44">
            <SelectField
              label={t('memory.timeline.order')}
              value={search.order ?? 'newest'}
              onChange={({ target }) => change({ order: ORDERS.find((order) => order === target.value) })}
            >
              {ORDERS.map((order) => (
                <option key={order} value={order}>
                  {t(`memory.timeline.${order}`)}
                </option>
              ))}
            </SelectField>
          </div>
        </div>
        <MemoryFilters to="/memory/timeline" search={search} onChange={change} />
      </search>
      <Tabs
        label={t('memory.timeline.states')}
        tabs={STATES.map((name) => ({ name, label: t(`memory.states.${name}`) }))}
        value={state}
        onChange={(name) => change({ state: name === 'active' ? undefined : name })}
      >
        <List key={state} search={search} state={state} mayWrite={mayWrite} />
      </Tabs>
      {open === 'import' && <ImportDialog onClose={() => setOpen(undefined)} />}
      {open === 'certificates' && <Certificates onClose={() => setOpen(undefined)} />}
    </Frame>
  );
}

function List({ mayWrite, search, state }: { search: MemorySearch; state: Memory['state']; mayWrite: boolean }) {
  const { t } = useTranslation();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const viewer = viewerOf(search);
  const list = useInfiniteQuery({
    queryKey: ['memory', 'list', search],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ pageParam: after }) => {
      const query = {
        ...filterOf(search),
        ...whose(viewer),
        state,
        order: search.order ?? ('newest' as const),
        limit: PAGE,
        ...(search.q === undefined ? {} : { contains: search.q }),
        ...(search.pinned ? { pinned: 'true' } : {}),
        ...(after === '' ? {} : { after }),
      };
      return ask(api.GET('/api/v1/memory/memories', { params: { query } }));
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const memories = list.data?.pages.flatMap((page) => page.memories) ?? [];
  const chosen = memories.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  return (
    <div className="flex flex-col gap-4">
      {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && !list.error && <Loading />}
      {list.isSuccess && memories.length === 0 && (
        <Empty title={t('memory.timeline.nothing')}>
          <p>{t('memory.timeline.nothingLead')}</p>
        </Empty>
      )}
      {memories.length > 0 && (
        <p role="status" className="text-soft">
          {t('memory.timeline.total', { count: list.data?.pages[0]?.total ?? 0 })}
        </p>
      )}
      {chosen.length > 0 && (
        <Changes ids={chosen} state={state} viewer={viewer} onDone={() => setSelected(new Set())} />
      )}
      <TimelineDays
        memories={memories}
        viewer={viewer}
        selected={selected}
        onSelect={mayWrite ? setSelected : undefined}
      />
      {list.hasNextPage && (
        <Button className="self-center" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('memory.timeline.more')}
        </Button>
      )}
    </div>
  );
}

/** What can be done with the memories that are selected. */
function Changes(props: { ids: readonly string[]; state: Memory['state']; viewer: Viewer; onDone: () => void }) {
  const { ids, onDone, state, viewer } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const say = useProblem();
  const [open, setOpen] = useState<'erase' | 'merge'>();
  const changing = useMutation({
    mutationFn: (to: Memory['state']) => changeState(ids, to, viewer),
    onSuccess: async (count) => {
      await refreshMemory(queries);
      toast(t('memory.act.changed', { count }));
      onDone();
    },
    onError: (error) => toast(say(error), true),
  });
  const close = () => setOpen(undefined);
  return (
    <div className="sticky top-0 z-10 flex flex-wrap items-center gap-2 rounded-md border border-line bg-surface p-2">
      <span role="status">{t('memory.timeline.selected', { count: ids.length })}</span>
      {state === 'active' && (
        <Button small disabled={ids.length < 2} onClick={() => setOpen('merge')}>
          {t('memory.act.merge')}
        </Button>
      )}
      {state !== 'archived' && (
        <Button small disabled={changing.isPending} onClick={() => changing.mutate('archived')}>
          {t('memory.act.archive')}
        </Button>
      )}
      {state !== 'active' && (
        <Button small disabled={changing.isPending} onClick={() => changing.mutate('active')}>
          {t(state === 'quarantined' ? 'memory.act.release' : 'memory.act.restore')}
        </Button>
      )}
      <Button small look="danger" onClick={() => setOpen('erase')}>
        {t('memory.act.erase')}
      </Button>
      <Button small look="quiet" onClick={onDone}>
        {t('memory.timeline.clear')}
      </Button>
      {open === 'merge' && <MergeDialog ids={ids} viewer={viewer} onClose={close} onMerged={onDone} />}
      {open === 'erase' && (
        <EraseDialog act={(reason) => erase(ids, reason, viewer)} onClose={close} onErased={onDone}>
          {t('memory.erase.lead', { count: ids.length })}
        </EraseDialog>
      )}
    </div>
  );
}
