import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { totalsOf } from './series.ts';

/** The whole range in a few figures. */
export function Tiles({ insight }: { insight: Schema<'Insight'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const totals = totalsOf(insight.points);
  const quantiles = insight.run_ms;
  const tiles: [string, string, string?][] = [
    [t('insight.tile.runs'), format.number(totals.ended), t('insight.tile.started', { count: totals.started })],
    [t('insight.tile.success'), totals.success === null ? '–' : format.percent(totals.success)],
    [t('insight.tile.p50'), quantiles ? format.duration(quantiles.p50) : '–'],
    [t('insight.tile.p95'), quantiles ? format.duration(quantiles.p95) : '–'],
    [t('insight.tile.tokens'), format.compact(totals.tokens)],
    [t('insight.tile.cost'), format.cost(totals.cost, totals.costUnknown)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 2xl:grid-cols-6">
      {tiles.map(([name, value, more]) => (
        <div key={name} className="rounded-xl border border-line bg-surface px-3 py-2">
          <dt className="text-sm text-soft">{name}</dt>
          <dd className="text-xl font-semibold break-words tabular-nums">
            {value}
            {more !== undefined && <span className="block text-sm font-normal text-soft">{more}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
