import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { agentsQuery, meQuery } from '../api/queries.ts';
import { titleOf } from '../run/title.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ACCOUNT, ADMIN, WORK } from './nav.ts';

interface Choice {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly go: () => void;
}

const MOST = 12;

/** Ctrl-K: go anywhere, start any agent or playbook, or find a run by its task, without the mouse. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const choices = useChoices(query.trim(), onClose);
  const chosen = Math.min(at, choices.length - 1);
  return (
    <Dialog title={t('palette.title')} onClose={onClose}>
      <input
        data-focus-first
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={choices[chosen] ? `${list}-${chosen}` : undefined}
        aria-label={t('palette.hint')}
        placeholder={t('palette.hint')}
        className="min-h-10 w-full rounded-md border border-field bg-surface px-3"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, choices.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
          else if (event.key === 'Enter') choices[chosen]?.go();
          else return;
          event.preventDefault();
        }}
      />
      {/* oxlint-disable jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus, jsx-a11y/no-noninteractive-element-to-interactive-role -- the box above has the focus and the keys. */}
      <ul id={list} role="listbox" aria-label={t('palette.title')} className="mt-2 max-h-80 overflow-y-auto">
        {choices.map(({ go, hint, key, label }, index) => (
          <li
            key={key}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={go}
            onMouseEnter={() => setAt(index)}
            className="flex cursor-pointer justify-between gap-3 rounded-md px-3 py-2 aria-selected:bg-accent-soft aria-selected:text-accent"
          >
            <span className="min-w-0 truncate">{label}</span>
            <span className="shrink-0 text-sm text-soft">{hint}</span>
          </li>
        ))}
      </ul>
      {choices.length === 0 && <p className="mt-2 px-3 text-soft">{t('palette.nothing')}</p>}
    </Dialog>
  );
}

function useChoices(query: string, onClose: () => void): readonly Choice[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const { data: agents = [] } = useQuery(agentsQuery);
  const { data: runs = [] } = useQuery({
    queryKey: ['runs', 'palette', query],
    enabled: query.length > 1,
    queryFn: async () => (await ask(api.GET('/api/v1/runs', { params: { query: { search: query, limit: 5 } } }))).runs,
  });
  return useMemo(() => {
    const leave = (go: () => Promise<void>) => () => {
      onClose();
      void go();
    };
    const places = [...WORK, ...ADMIN, ACCOUNT]
      .filter(({ scope }) => !scope || me?.scopes.includes(scope))
      .map(({ label, to }) => ({
        key: `place ${label}`,
        label: t(`nav.${label}`),
        hint: t('palette.page'),
        go: leave(() => navigate({ to })),
      }));
    const starts = me?.scopes.includes('runs:write')
      ? agents.map(({ name, playbook }) => ({
          key: `agent ${name}`,
          label: t('palette.start', { name }),
          hint: t(playbook ? 'tasks.playbook' : 'tasks.agent'),
          go: leave(() => navigate({ to: '/new', search: { agent: name } })),
        }))
      : [];
    const found = runs.map((run) => ({
      key: `run ${run.id}`,
      label: titleOf(run),
      hint: t(`status.${run.status}`),
      go: leave(() => navigate({ to: '/runs/$id', params: { id: run.id } })),
    }));
    const wanted = query.toLowerCase();
    const fits = ({ label }: Choice) => label.toLowerCase().includes(wanted);
    return [...places.filter(fits), ...starts.filter(fits), ...found].slice(0, MOST);
  }, [agents, me, navigate, onClose, query, runs, t]);
}
