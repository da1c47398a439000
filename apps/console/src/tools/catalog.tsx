import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import type { ToolSearch } from '../app/router.tsx';
import { useFormat } from '../i18n/format.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { Budgets } from './budgets.tsx';
import { SOURCES, sourceOf } from './source.ts';
import { ToolCard } from './tool-card.tsx';
import { dayBefore, totalsOf } from './usage.ts';

/** Tools come and go while the platform runs: how often they are asked for again, milliseconds. */
const LOOK_AGAIN_MS = 5000;
const DAYS = 30;
const PAGE = 50;

/** All tools that there are, found by what they do. */
export function Catalog({ search }: { search: ToolSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [most, setMost] = useState(PAGE);
  const { q = '', source = '' } = search;
  const change = (changed: ToolSearch) =>
    void navigate({
      to: '/tools',
      search: Object.fromEntries(Object.entries({ ...search, ...changed }).filter(([, value]) => value !== '')),
    });
  const [typed, setTyped] = useSettled(q, (words) => change({ q: words }));
  const list = useQuery({
    queryKey: ['tools', q],
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: async () =>
      q === ''
        ? (await ask(api.GET('/api/v1/tools'))).tools
        : (await ask(api.GET('/api/v1/tools/search', { params: { query: { q, limit: 50 } } }))).tools,
  });
  const usage = useQuery({
    queryKey: ['tools', 'usage'],
    queryFn: () =>
      ask(api.GET('/api/v1/tools/usage', { params: { query: { since: dayBefore(Date.now(), DAYS - 1) } } })),
  });
  const totals = totalsOf(usage.data?.usage ?? []);
  const found = (list.data ?? []).filter((tool) => source === '' || sourceOf(tool.source) === source);
  return (
    <>
      <p className="max-w-3xl text-soft">{t('tools.lead')}</p>
      <search className="grid grid-cols-1 gap-3 sm:grid-cols-[2fr_1fr]">
        <TextField
          type="search"
          label={t('tools.search')}
          hint={t('tools.searchHint')}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <SelectField label={t('tools.from')} value={source} onChange={({ target }) => change({ source: target.value })}>
          <option value="">{t('tools.all')}</option>
          {SOURCES.map((name) => (
            <option key={name} value={name}>
              {t(`tools.source.${name}`)}
            </option>
          ))}
        </SelectField>
      </search>
      {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {usage.error && <Problem error={usage.error} onRetry={() => void usage.refetch()} />}
      {list.isPending && !list.error && <Loading />}
      <p role="status" className="text-sm text-soft">
        {list.data && t('tools.count', { count: found.length })}
      </p>
      {list.data && found.length === 0 && (
        <Empty title={t('tools.nothing')}>
          <Link to="/tools" search={{}} className={buttonClass()}>
            {t('tools.clear')}
          </Link>
        </Empty>
      )}
      <ul aria-label={t('tools.show.catalog')} className="flex flex-col gap-2">
        {found.slice(0, most).map((tool) => (
          <ToolCard key={tool.name} tool={tool} totals={totals.get(tool.name)} />
        ))}
      </ul>
      {found.length > most && (
        <Button className="self-center" onClick={() => setMost(most + PAGE)}>
          {t('tools.more')}
        </Button>
      )}
      {usage.data && usage.data.budgets.length > 0 && <BudgetsOfToday budgets={usage.data.budgets} />}
    </>
  );
}

function BudgetsOfToday({ budgets }: { budgets: Parameters<typeof Budgets>[0]['budgets'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section>
      <h2 className="mb-2 text-lg font-semibold">{t('tools.budgets')}</h2>
      <Budgets budgets={budgets} cost={(usd) => format.cost(usd, false)} />
    </section>
  );
}
