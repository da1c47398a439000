import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import { useMay } from '../app/access.ts';
import type { MemorySearch } from '../app/router.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem, useProblem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';
import { MemoryBadges } from './badges.tsx';
import { DecayCurve } from './decay-curve.tsx';
import { EditText } from './edit-text.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import { Frame } from './frame.tsx';
import { Provenance } from './provenance.tsx';
import {
  changeState,
  erase,
  type Memory,
  memoryQuery,
  refreshMemory,
  type Viewer,
  viewerOf,
  whose,
} from './queries.ts';

/** One memory: what it says, where it comes from, how it fades, and what can be done with it. */
export function MemoryPage() {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const search = useRouterState({ select: (state) => state.location.search as MemorySearch });
  const id = decodeURIComponent(path.split('/').at(-1) ?? '');
  const viewer = viewerOf(search);
  const one = useQuery(memoryQuery(id, viewer));
  const missing = one.error instanceof ApiError && one.error.status === 404;
  return (
    <Frame title={t('memory.one.title')}>
      <p>
        <Link to="/memory/timeline" search={viewer}>
          ← {t('memory.one.back')}
        </Link>
      </p>
      {missing ? (
        <Empty title={t('memory.one.missing')}>
          <p>{t('memory.one.missingLead')}</p>
        </Empty>
      ) : (
        one.error && <Problem error={one.error} onRetry={() => void one.refetch()} />
      )}
      {one.isPending && !one.error && <Loading />}
      {one.data && !missing && (
        <div key={id} className="flex flex-col gap-4">
          <Text memory={one.data.memory} viewer={viewer} />
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Provenance memory={one.data.memory} viewer={viewer} />
            <DecayCurve memory={one.data.memory} recalledAt={one.data.recalled_at} now={one.dataUpdatedAt} />
          </div>
          <Others title={t('memory.one.neighbours')} memories={one.data.neighbours} viewer={viewer} />
          <Others title={t('memory.one.originals')} memories={one.data.originals} viewer={viewer} restorable />
        </div>
      )}
    </Frame>
  );
}

function Text({ memory, viewer }: { memory: Memory; viewer: Viewer }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMay('runs:write');
  const [doing, setDoing] = useState<'edit' | 'erase'>();
  const { change, isPending } = useChanges();
  const pinned = () => {
    const params = { path: { id: memory.id }, query: whose(viewer) };
    const body = { revision: memory.revision, pinned: !memory.pinned };
    change(async () => {
      await ask(api.PATCH('/api/v1/memory/memories/{id}', { params, body }));
      return 1;
    });
  };
  const to = memory.state === 'active' ? 'archived' : 'active';
  const word = { active: 'archive', archived: 'restore', quarantined: 'release' } as const;
  return (
    <section
      aria-label={t('memory.one.text')}
      className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4"
    >
      {memory.state === 'archived' && (
        <p className="text-warn">
          {memory.archived_into === null ? (
            t('memory.one.archived')
          ) : (
            <Link to="/memory/$id" params={{ id: memory.archived_into }} search={viewer}>
              {t('memory.one.into')}
            </Link>
          )}
        </p>
      )}
      {memory.state === 'quarantined' && (
        <p className="text-warn">
          {t('memory.one.quarantined')}{' '}
          {memory.quarantine_reason !== null &&
            t('memory.timeline.reason', { reason: visible(memory.quarantine_reason) })}
        </p>
      )}
      {doing === 'edit' ? (
        <EditText memory={memory} viewer={viewer} onClose={() => setDoing(undefined)} />
      ) : (
        <p className="text-lg break-words whitespace-pre-wrap">{visible(memory.text)}</p>
      )}
      <MemoryBadges memory={memory} />
      {mayWrite && doing !== 'edit' && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setDoing('edit')}>{t('memory.act.edit')}</Button>
          <Button disabled={isPending} onClick={pinned}>
            {t(memory.pinned ? 'memory.act.unpin' : 'memory.act.pin')}
          </Button>
          <Button disabled={isPending} onClick={() => change(() => changeState([memory.id], to, viewer))}>
            {t(`memory.act.${word[memory.state]}`)}
          </Button>
          <Button look="danger" onClick={() => setDoing('erase')}>
            {t('memory.act.erase')}
          </Button>
        </div>
      )}
      {doing === 'erase' && (
        <EraseDialog
          act={(reason) => erase([memory.id], reason, viewer)}
          onClose={() => setDoing(undefined)}
          onErased={() => void navigate({ to: '/memory/timeline', search: viewer })}
        >
          {t('memory.erase.lead', { count: 1 })}
        </EraseDialog>
      )}
    </section>
  );
}

/** Other memories, each a link; those that were archived into this one can be brought back. */
function Others(props: { title: string; memories: readonly Memory[]; viewer: Viewer; restorable?: boolean }) {
  const { memories, restorable = false, title, viewer } = props;
  const { t } = useTranslation();
  const mayWrite = useMay('runs:write');
  const { change, isPending } = useChanges();
  if (memories.length === 0) return null;
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h2 className="font-semibold">{title}</h2>
      <ul className="flex flex-col gap-2">
        {memories.map((memory) => (
          <li key={memory.id} className="flex flex-col gap-1.5 rounded-xl border border-line bg-surface p-3">
            <Link
              to="/memory/$id"
              params={{ id: memory.id }}
              search={viewer}
              className="break-words whitespace-pre-wrap text-text no-underline hover:underline"
            >
              {visible(memory.text)}
            </Link>
            <MemoryBadges memory={memory} />
            {restorable && mayWrite && memory.state === 'archived' && (
              <Button
                small
                className="self-start"
                disabled={isPending}
                onClick={() => change(() => changeState([memory.id], 'active', viewer))}
              >
                {t('memory.act.restore')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Makes a change, tells what came of it, and has everything asked for again. */
function useChanges() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const say = useProblem();
  const changing = useMutation({
    mutationFn: (act: () => Promise<number>) => act(),
    onSuccess: (count) => toast(t('memory.act.changed', { count })),
    onError: (error) => toast(say(error), true),
    onSettled: () => refreshMemory(queries),
  });
  return { change: changing.mutate, isPending: changing.isPending };
}
