import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Chart } from './chart.tsx';
import { UNITS } from './scale.ts';
import { type Sums, sumsOf } from './series.ts';

/** More bars than this are too thin to be seen on a phone. */
const MOST_BARS = 60;

/** How the runs went, over time. */
export function RunCharts({ insight }: { insight: Schema<'Insight'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { stepMs, sums } = sumsOf(insight, MOST_BARS);
  const bars = { kind: 'bars', at: sums.map(({ at }) => at), stepMs, units: UNITS.count } as const;
  const values = (of: (one: Sums) => number | null) => sums.map(of);
  const each = t('insight.each', { step: format.duration(stepMs) });
  const count = { write: (value: number) => format.compact(value), whole: true };
  return (
    <>
      <Chart
        {...bars}
        {...count}
        title={t('insight.chart.runs')}
        note={each}
        series={[
          { name: t('insight.line.succeeded'), values: values((one) => one.succeeded), tone: 'ok' },
          { name: t('insight.line.failed'), values: values((one) => one.failed), tone: 'bad' },
          { name: t('insight.line.canceled'), values: values((one) => one.canceled), tone: 'queue' },
        ]}
      />
      <Latency insight={insight} />
      <Chart
        {...bars}
        {...count}
        title={t('insight.chart.errors')}
        note={each}
        series={[
          { name: t('insight.line.modelErrors'), values: values((one) => one.modelErrors), tone: 'model' },
          { name: t('insight.line.toolErrors'), values: values((one) => one.toolErrors), tone: 'tool' },
        ]}
      />
      <Chart
        {...bars}
        {...count}
        title={t('insight.chart.tokens')}
        note={each}
        series={[
          { name: t('insight.line.input'), values: values((one) => one.inputTokens), tone: 'accent' },
          { name: t('insight.line.output'), values: values((one) => one.outputTokens), tone: 'model' },
        ]}
      />
      <Chart
        {...bars}
        title={t('insight.chart.cost')}
        note={`${each} ${t('insight.costNote')}`}
        write={(value) => format.cost(value, false)}
        series={[{ name: t('insight.line.cost'), values: values((one) => one.cost), tone: 'wait' }]}
      />
    </>
  );
}

function Latency({ insight }: { insight: Schema<'Insight'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { points } = insight;
  return (
    <Chart
      kind="lines"
      title={t('insight.chart.latency')}
      note={t('insight.latencyNote')}
      at={points.map(({ at }) => Date.parse(at))}
      stepMs={insight.step_ms}
      units={UNITS.time}
      write={(value) => format.duration(value)}
      series={[
        { name: t('insight.line.p50'), values: points.map((point) => point.run_ms?.p50 ?? null), tone: 'accent' },
        { name: t('insight.line.p95'), values: points.map((point) => point.run_ms?.p95 ?? null), tone: 'wait' },
      ]}
    />
  );
}

/** What the process of the server used meanwhile. Only some may see it: then there is nothing here. */
export function ResourceCharts({ insight }: { insight: Schema<'Insight'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (insight.resources.length === 0) return null;
  const byTime = new Map(insight.resources.map((one) => [Date.parse(one.at), one]));
  const at = insight.points.map((point) => Date.parse(point.at));
  const values = (of: (one: (typeof insight.resources)[number]) => number) =>
    at.map((time) => {
      const one = byTime.get(time);
      return one ? of(one) : null;
    });
  const lines = { kind: 'lines', at, stepMs: insight.step_ms } as const;
  const bytes = { units: UNITS.bytes, write: (value: number) => format.bytes(value) };
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{t('insight.resources')}</h2>
      <div className="grid gap-3 xl:grid-cols-2">
        <Chart
          {...lines}
          {...bytes}
          title={t('insight.chart.rss')}
          series={[{ name: t('insight.line.rss'), values: values((one) => one.rss_bytes), tone: 'accent' }]}
        />
        <Chart
          {...lines}
          title={t('insight.chart.cpu')}
          note={t('insight.cpuNote')}
          write={(value) => format.percent(value)}
          series={[{ name: t('insight.line.cpu'), values: values((one) => one.cpu_fraction), tone: 'tool' }]}
        />
        <Chart
          {...lines}
          title={t('insight.chart.delay')}
          note={t('insight.delayNote')}
          units={UNITS.time}
          write={(value) => format.duration(value)}
          series={[{ name: t('insight.line.delay'), values: values((one) => one.event_loop_delay_ms), tone: 'wait' }]}
        />
        <Chart
          {...lines}
          {...bytes}
          title={t('insight.chart.disk')}
          series={[{ name: t('insight.line.disk'), values: values((one) => one.disk_free_bytes), tone: 'ok' }]}
        />
      </div>
    </section>
  );
}
