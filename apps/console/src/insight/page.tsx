import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import { Guard } from '../app/guard.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { SelectField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { ResourceCharts, RunCharts } from './charts.tsx';
import { Tables } from './tables.tsx';
import { Tiles } from './tiles.tsx';

/** How often the figures are asked for again while the page is seen, milliseconds. */
const LOOK_AGAIN_MS = 15_000;
const HOUR_MS = 3_600_000;
/** What may be looked at, hours. */
const RANGES = { hour: 1, day: 24, week: 168, month: 720 } as const;
type RangeName = keyof typeof RANGES;
const NAMES = Object.keys(RANGES) as RangeName[];

/** What the runs did over time: how many and how well, how long they took, what they cost, and what the server used. */
export function InsightPage() {
  const { t } = useTranslation();
  return (
    <Guard scope="runs:read" title={t('nav.insight')}>
      <Insight />
    </Guard>
  );
}

function Insight() {
  const { t } = useTranslation();
  const [range, setRange] = useState<RangeName>('day');
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    queryKey: ['insight', range],
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: () => {
      const to = Date.now();
      const from = new Date(to - RANGES[range] * HOUR_MS).toISOString();
      return ask(api.GET('/api/v1/insight', { params: { query: { from, to: new Date(to).toISOString() } } }));
    },
  });
  const idle = data?.points.every(({ runs, model_calls: calls, tool_calls: tools }) => {
    return runs.started + runs.succeeded + runs.failed + runs.canceled + calls + tools === 0;
  });
  return (
    <Page title={t('nav.insight')}>
      <div className="flex flex-col gap-5">
        <div className="max-w-xs">
          <SelectField
            label={t('insight.range')}
            value={range}
            onChange={({ target }) => setRange(NAMES.find((name) => name === target.value) ?? 'day')}
          >
            {NAMES.map((name) => (
              <option key={name} value={name}>
                {t(`insight.ranges.${name}`)}
              </option>
            ))}
          </SelectField>
        </div>
        {error && <Problem error={error} onRetry={() => void refetch()} />}
        {(isPending || isPlaceholderData) && !error && <Loading />}
        {data && idle && <Idle />}
        {data && !idle && (
          <>
            <Tiles insight={data} />
            <div className="grid gap-3 xl:grid-cols-2">
              <RunCharts insight={data} />
            </div>
            <Tables insight={data} />
          </>
        )}
        {data && <ResourceCharts insight={data} />}
      </div>
    </Page>
  );
}

function Idle() {
  const { t } = useTranslation();
  const mayWrite = useMay('runs:write');
  return (
    <Empty title={t('insight.emptyTitle')}>
      <p>{t(mayWrite ? 'insight.emptyLead' : 'insight.emptyViewer')}</p>
      {mayWrite && (
        <Link to="/new" className={buttonClass('primary')}>
          {t('nav.new')}
        </Link>
      )}
    </Empty>
  );
}
