import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import { useFormat } from '../i18n/format.ts';
import { titleOf } from '../run/title.ts';
import { TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { visible } from '../ui/visible.ts';

/** How long nothing was typed before runs are looked for, milliseconds. */
const STILL_MS = 250;
const MOST = 8;

/** Finds a run by words of its task, its agent, a tag or its id. Enter takes the first. `label` says what for. */
export function RunPicker({ label, onChoose }: { label: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setWords(typed.trim()), STILL_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['runs', 'picker', words],
    placeholderData: keepPreviousData,
    queryFn: async () =>
      (await ask(api.GET('/api/v1/runs', { params: { query: { search: words, limit: MOST } } }))).runs,
  });
  const [first] = data ?? [];
  return (
    <form
      role="search"
      aria-label={label}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        // What was typed last may not have been looked for yet: then Enter must not take what fitted before.
        if (first && typed.trim() === words) onChoose(first.id);
      }}
    >
      <TextField
        type="search"
        label={t('compare.find')}
        hint={t('compare.findHint')}
        value={typed}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
      />
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && !error && <Loading />}
      {data?.length === 0 && (words === '' ? <NoRuns /> : <p className="text-soft">{t('compare.nothing')}</p>)}
      <ul className="flex flex-col gap-1">
        {data?.map((run) => (
          <li key={run.id}>
            <Choice run={run} onChoose={() => onChoose(run.id)} />
          </li>
        ))}
      </ul>
    </form>
  );
}

function Choice({ onChoose, run }: { run: Parameters<typeof titleOf>[0] & RunLine; onChoose: () => void }) {
  const format = useFormat();
  return (
    <button
      type="button"
      onClick={onChoose}
      className="flex min-h-10 w-full flex-wrap items-center gap-x-2 gap-y-0.5 rounded-md border border-line px-2 py-1 text-start hover:bg-raised"
    >
      <StatusBadge status={run.status} />
      <span dir="auto" className="min-w-0 grow basis-48 truncate">
        {visible(titleOf(run))}
      </span>
      <span className="text-sm text-soft">{format.time(run.created_at)}</span>
    </button>
  );
}

interface RunLine {
  readonly status: Parameters<typeof StatusBadge>[0]['status'];
  readonly created_at: string | null;
}

function NoRuns() {
  const { t } = useTranslation();
  const mayWrite = useMay('runs:write');
  return (
    <p className="text-soft">
      {t('compare.noRuns')} {mayWrite && <Link to="/new">{t('nav.new')}</Link>}
    </p>
  );
}
