import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { Table } from '../ui/table.tsx';
import { useWidth } from '../ui/use-width.ts';
import { type ChartKind, Plot, Swatch } from './plot.tsx';
import { summaryOf } from './scale.ts';

/** One row of figures of a chart. */
export interface ChartSeries {
  readonly name: string;
  /** One for each step; null: nothing was measured. */
  readonly values: readonly (number | null)[];
  readonly tone: 'accent' | 'ok' | 'bad' | 'queue' | 'model' | 'tool' | 'wait';
}

/** What a chart shows. */
export interface ChartProps {
  readonly title: string;
  /** What one must know to read it. */
  readonly note?: string;
  readonly kind: ChartKind;
  /** Where each step begins, epoch milliseconds. */
  readonly at: readonly number[];
  /** How long a step is, milliseconds. */
  readonly stepMs: number;
  readonly series: readonly ChartSeries[];
  /** A figure as it is written, on the axis too. */
  readonly write: (value: number) => string;
  /** What the axis counts in, see UNITS. */
  readonly units?: readonly number[];
  /** Whether there are no halves. */
  readonly whole?: boolean;
}

/**
 * Figures over time: as a picture with a summary in words, or, for whoever prefers it, as a table of the same figures.
 * Series differ by pattern, dash and marker, and not by colour alone.
 */
export function Chart(props: ChartProps) {
  const { note, series, title, write } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);
  const [pointed, setPointed] = useState<number>();
  const [frame, width] = useWidth<HTMLDivElement>();
  const at = pointed === undefined ? undefined : props.at[pointed];
  const summary = series
    .map(({ name, values }) => {
      const known = summaryOf(values);
      if (!known) return t('insight.summaryNone', { name });
      return t('insight.summary', { name, min: write(known.min), max: write(known.max), last: write(known.last) });
    })
    .join(' ');
  const measured = series.some(({ values }) => values.some((value) => value !== null));
  return (
    <figure className="flex min-w-0 flex-col gap-2 rounded-xl border border-line bg-surface p-3">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <figcaption>
          <span className="font-semibold">{title}</span>
          {note !== undefined && <span className="block text-sm text-soft">{note}</span>}
        </figcaption>
        {measured && (
          <Button
            small
            aria-label={`${title}: ${t(asTable ? 'insight.asChart' : 'insight.asTable')}`}
            onClick={() => setAsTable(!asTable)}
          >
            {t(asTable ? 'insight.asChart' : 'insight.asTable')}
          </Button>
        )}
      </div>
      {!measured && <p className="py-6 text-center text-soft">{t('insight.nothingMeasured')}</p>}
      {measured && asTable && <Figures {...props} />}
      {measured && !asTable && (
        <>
          <div ref={frame} className="min-h-48">
            {width > 0 && (
              <Plot {...props} width={width} label={`${title}. ${summary}`} pointed={pointed} onPoint={setPointed} />
            )}
          </div>
          <div aria-hidden="true" className="flex min-h-6 flex-wrap gap-x-4 text-sm">
            {series.map(({ name, tone, values }, index) => {
              const value = pointed === undefined ? null : (values[pointed] ?? null);
              return (
                <span key={name} className="flex items-center gap-1.5">
                  <Swatch kind={props.kind} index={index} tone={tone} /> {name}
                  {value !== null && <strong className="tabular-nums">{write(value)}</strong>}
                </span>
              );
            })}
            {at !== undefined && <span className="text-soft tabular-nums">{format.time(at)}</span>}
          </div>
        </>
      )}
    </figure>
  );
}

function Figures({ at, series, title, write }: ChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="max-h-80 overflow-y-auto">
      <Table caption={title} head={[t('insight.from'), ...series.map(({ name }) => name)]}>
        {at.map((time, index) => (
          <tr key={time}>
            <th scope="row" className="px-3 py-2 text-start font-normal whitespace-nowrap">
              {format.time(time)}
            </th>
            {series.map(({ name, values }) => {
              const value = values[index] ?? null;
              return (
                <td key={name} className="tabular-nums">
                  {value === null ? '–' : write(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </Table>
    </div>
  );
}
