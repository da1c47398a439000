import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { outcomeOf } from '../ui/outcome.tsx';
import { Table } from '../ui/table.tsx';
import type { PanelProps } from './panels.tsx';
import { type Span, type SpanKind, spansOf, totalsOf } from './spans.ts';

const COLOR: Readonly<Record<SpanKind, string>> = {
  queue: 'bg-queue',
  model: 'bg-model',
  tool: 'bg-tool',
  wait: 'bg-wait',
};
const KINDS: readonly SpanKind[] = ['queue', 'model', 'tool', 'wait'];
const ROW = 28;
/** As many rows as a table shows at once; the rest is in the chart, which has all. */
const TABLE_ROWS = 500;

/** When each action began and how long it took, beside all the others; also as a table. */
export function Waterfall({ chosen, log, onChoose, version }: PanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);
  // The log is changed in place: its version says when to look again.
  // oxlint-disable-next-line react/exhaustive-deps
  const spans = useMemo(() => spansOf(log), [log, version]);
  const end = log.endedAt ?? Math.max(log.lastAt, log.createdAt ?? 0);
  const totals = totalsOf(spans, end);
  return (
    <figure className="flex flex-col gap-2">
      <figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        {KINDS.map((kind) => (
          <span key={kind} className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className={`size-3 rounded-sm ${COLOR[kind]}`} />
            {t(`run.span.${kind}`)} <span className="text-soft">{format.duration(totals[kind])}</span>
          </span>
        ))}
        <Button small className="ms-auto" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {t('run.asTable')}
        </Button>
      </figcaption>
      {asTable ? (
        <SpanTable spans={spans} end={end} />
      ) : (
        <Chart spans={spans} from={log.createdAt ?? 0} end={end} chosen={chosen} onChoose={onChoose} />
      )}
    </figure>
  );
}

function Chart(props: {
  spans: readonly Span[];
  from: number;
  end: number;
  chosen: string;
  onChoose: (actionId: string) => void;
}) {
  const { chosen, end, from, onChoose, spans } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: spans.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  useEffect(() => {
    const at = chosen === '' ? -1 : spans.findIndex(({ actionId }) => actionId === chosen);
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
    // Only a new choice moves the view.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [chosen]);
  const whole = Math.max(1, end - from);
  return (
    <div ref={box} className="h-[calc(100dvh-18rem)] min-h-72 overflow-y-auto rounded-lg border border-line bg-surface">
      <ul aria-label={t('run.panel.waterfall')} className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const span = spans[index];
          if (!span) return null;
          const took = (span.to ?? end) - span.from;
          const left = ((span.from - from) / whole) * 100;
          const width = Math.max(0.4, (took / whole) * 100);
          const label = t('run.spanLabel', {
            kind: t(`run.span.${span.kind}`),
            name: `${span.name} ${span.actionId}`.trim(),
            start: format.duration(span.from - from),
            took: format.duration(took),
          });
          return (
            <li
              key={span.key}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)`, height: ROW }}
            >
              <button
                type="button"
                aria-label={label}
                title={label}
                disabled={span.actionId === ''}
                aria-pressed={span.actionId !== '' && span.actionId === chosen}
                onClick={() => onChoose(span.actionId)}
                className="grid size-full grid-cols-[8rem_1fr] items-center gap-2 px-2 text-start text-xs text-text hover:bg-raised aria-pressed:bg-accent-soft"
              >
                <span className="truncate" dir="auto">
                  {span.name || t(`run.span.${span.kind}`)}
                </span>
                <span className="relative h-3">
                  <span
                    className={`absolute inset-y-0 rounded-sm ${COLOR[span.kind]} ${span.to === undefined ? 'animate-pulse' : ''} ${span.settled === '' || span.settled === 'answered' ? '' : 'outline-2 outline-warn'}`}
                    style={{
                      left: `${Math.min(99.6, left)}%`,
                      width: `${Math.min(width, 100 - Math.min(99.6, left))}%`,
                    }}
                  />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function SpanTable({ end, spans }: { spans: readonly Span[]; end: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = spans.slice(-TABLE_ROWS);
  return (
    <>
      {shown.length < spans.length && (
        <p className="text-sm text-soft">{t('run.lastRows', { shown: shown.length, all: spans.length })}</p>
      )}
      <Table
        caption={t('run.panel.waterfall')}
        head={[t('run.col.action'), t('run.col.kind'), t('run.col.began'), t('run.col.took'), t('run.col.outcome')]}
      >
        {shown.map((span) => (
          <tr key={span.key}>
            <td className="break-all">{`${span.name} ${span.actionId}`.trim()}</td>
            <td>{t(`run.span.${span.kind}`)}</td>
            <td className="whitespace-nowrap">{format.clock(span.from)}</td>
            <td className="whitespace-nowrap">{format.duration((span.to ?? end) - span.from)}</td>
            <td>{span.outcome === '' ? '' : t(`run.outcome.${outcomeOf(span.outcome)}`)}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}
