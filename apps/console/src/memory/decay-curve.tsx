import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { useWidth } from '../ui/use-width.ts';
import { curveOf } from './curve.ts';
import type { Memory } from './queries.ts';

const HEIGHT = 170;
const LEFT = 44;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;

/** How a memory fades from its last recall on; dots are the times at which it was recalled. */
export function DecayCurve({
  memory,
  now,
  recalledAt,
}: {
  memory: Memory;
  recalledAt: readonly string[];
  now: number;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [box, width] = useWidth<HTMLDivElement>();
  const last = Date.parse(memory.last_recalled_at ?? memory.created_at);
  const points = curveOf({ last, strength: memory.strength_days, pinned: memory.pinned }, now);
  const recalls = recalledAt.map((at) => Date.parse(at));
  const from = Math.min(points[0]?.at ?? now, ...recalls);
  const to = points.at(-1)?.at ?? now;
  const x = (at: number) => LEFT + ((width - LEFT - RIGHT) * (at - from)) / Math.max(1, to - from);
  const y = (retention: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - retention);
  const label = t('memory.curve.picture', {
    now: format.percent(memory.retention),
    later: format.percent(points.at(-1)?.retention ?? 0),
    date: format.time(to),
  });
  return (
    <section aria-label={t('memory.curve.title')} className="rounded-xl border border-line bg-surface p-4">
      <h2 className="mb-2 font-semibold">{t('memory.curve.title')}</h2>
      <div ref={box}>
        {width > 0 && (
          <svg role="img" aria-label={label} width={width} height={HEIGHT} className="block text-xs">
            {[0, 0.5, 1].map((value) => (
              <g key={value}>
                <line x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} className="stroke-line" />
                <text x={LEFT - 6} y={y(value) + 4} textAnchor="end" className="fill-soft">
                  {format.percent(value)}
                </text>
              </g>
            ))}
            <line
              x1={x(now)}
              x2={x(now)}
              y1={TOP}
              y2={HEIGHT - BOTTOM}
              className="stroke-field"
              strokeDasharray="3 3"
            />
            <text x={x(now)} y={HEIGHT - 8} textAnchor="middle" className="fill-text">
              {t('memory.curve.now')}
            </text>
            <text x={width - RIGHT} y={HEIGHT - 8} textAnchor="end" className="fill-soft">
              {format.day(to)}
            </text>
            <polyline
              points={points.map(({ at, retention }) => `${x(at).toFixed(1)},${y(retention).toFixed(1)}`).join(' ')}
              fill="none"
              strokeWidth="2"
              className="stroke-accent"
            />
            {recalls.map((at) => (
              <circle key={at} cx={x(at)} cy={y(1)} r="4" className="fill-model">
                <title>{format.time(at)}</title>
              </circle>
            ))}
          </svg>
        )}
      </div>
      <ul className="mt-2 text-sm text-soft">
        <li>
          {recalls.length === 0
            ? t('memory.curve.never')
            : t('memory.curve.recalls', { count: memory.recalls, at: format.time(memory.last_recalled_at) })}
        </li>
        <li>
          {memory.pinned
            ? t('memory.curve.pinned')
            : t('memory.curve.strength', { days: format.number(Number(memory.strength_days.toPrecision(3))) })}
        </li>
      </ul>
      {recalls.length > 0 && (
        <details className="text-sm">
          <summary className="cursor-pointer text-soft">{t('memory.curve.past')}</summary>
          <ul className="mt-1 max-h-40 overflow-y-auto">
            {recalls.map((at) => (
              <li key={at}>{format.time(at)}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
