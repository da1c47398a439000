import { useId } from 'react';

import { useFormat } from '../i18n/format.ts';
import type { ChartProps, ChartSeries } from './chart.tsx';
import { stackOf, stretchesOf, ticksOf, timeTicksOf, UNITS } from './scale.ts';

/** `bars` are stacked sums; `lines` are what was measured. */
export type ChartKind = 'bars' | 'lines';

const HEIGHT = 190;
const TOP = 8;
const BOTTOM = 22;
const END = 10;
/** What one figure of the axis takes at most, pixels. */
const LETTER = 7.4;
const DAY_MS = 86_400_000;
const TONES = {
  accent: 'text-accent',
  ok: 'text-ok',
  bad: 'text-bad',
  queue: 'text-queue',
  model: 'text-model',
  tool: 'text-tool',
  wait: 'text-wait',
} as const;
const DASHES = [undefined, '6 4', '2 3'] as const;

/** Where things are in the picture. */
interface Places {
  readonly start: number;
  readonly width: number;
  readonly band: number;
  x: (index: number) => number;
  y: (value: number) => number;
}

/** The picture of a chart, as one image with its summary in words. */
export function Plot(
  props: ChartProps & {
    width: number;
    label: string;
    pointed: number | undefined;
    onPoint: (index: number | undefined) => void;
  },
) {
  const { at, kind, label, onPoint, pointed, series, units = UNITS.count, whole = false, width, write } = props;
  const stack = kind === 'bars' ? stackOf(series.map(({ values }) => values)) : [];
  const tops = kind === 'bars' ? (stack.at(-1) ?? []).map(([, to]) => to) : series.flatMap(({ values }) => values);
  const ticks = ticksOf(
    tops.reduce<number>((max, value) => Math.max(max, value ?? 0), 0),
    units,
    whole,
  );
  const start = Math.min(width / 3, 10 + LETTER * Math.max(...ticks.map((tick) => wide(write(tick)))));
  const band = (width - start - END) / Math.max(1, at.length);
  const top = ticks.at(-1) ?? 1;
  const places: Places = {
    start,
    width,
    band,
    x: (index) => start + (index + 0.5) * band,
    y: (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top),
  };
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={HEIGHT}
      className="block touch-pan-y text-xs select-none"
      onPointerLeave={() => onPoint(undefined)}
      onPointerMove={({ clientX, currentTarget }) => {
        const index = Math.floor((clientX - currentTarget.getBoundingClientRect().left - start) / band);
        onPoint(index >= 0 && index < at.length ? index : undefined);
      }}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={start} x2={width - END} y1={places.y(tick)} y2={places.y(tick)} className="stroke-line" />
          <text x={start - 6} y={places.y(tick) + 4} textAnchor="end" className="fill-soft">
            {write(tick)}
          </text>
        </g>
      ))}
      <TimeAxis {...props} places={places} />
      {pointed !== undefined && (
        <rect
          x={start + pointed * band}
          width={Math.max(1, band)}
          y={TOP}
          height={HEIGHT - TOP - BOTTOM}
          className="fill-raised"
        />
      )}
      {kind === 'bars' ? (
        <Bars series={series} stack={stack} places={places} />
      ) : (
        series.map((one, index) => <Line key={one.name} series={one} index={index} places={places} />)
      )}
    </svg>
  );
}

/** How many letters of common width a text takes: Chinese ones take nearly two. */
function wide(text: string): number {
  return text.length + 0.8 * (text.match(/[\u2e80-\uffff]/g)?.length ?? 0);
}

function TimeAxis({ at, places, stepMs }: ChartProps & { places: Places }) {
  const format = useFormat();
  const from = at[0] ?? 0;
  const to = (at.at(-1) ?? 0) + stepMs;
  const short = to - from <= 1.1 * DAY_MS;
  const most = Math.max(2, Math.floor((places.width - places.start) / 84));
  const scale = (places.width - END - places.start) / Math.max(1, to - from);
  return timeTicksOf(from, to, most, -new Date(from).getTimezoneOffset() * 60_000).map((tick) => {
    const x = places.start + (tick - from) * scale;
    const nearEnd = x > places.width - 40;
    return (
      <g key={tick}>
        <line x1={x} x2={x} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM + 4} className="stroke-field" />
        <text
          x={nearEnd ? places.width : x}
          y={HEIGHT - 5}
          textAnchor={nearEnd ? 'end' : 'middle'}
          className="fill-soft"
        >
          {short ? format.hour(tick) : format.day(tick)}
        </text>
      </g>
    );
  });
}

function Bars(props: { series: readonly ChartSeries[]; stack: (readonly [number, number])[][]; places: Places }) {
  const { places, series, stack } = props;
  const id = useId();
  const width = Math.max(1, places.band * 0.8);
  return series.map(({ name, tone }, index) => (
    <g key={name} className={TONES[tone]}>
      <Fill id={`${id}-${index}`} index={index} />
      {stack[index]?.map(([from, to], step) =>
        to > from ? (
          <rect
            // oxlint-disable-next-line react/no-array-index-key -- a step is its place on the axis.
            key={step}
            x={places.x(step) - width / 2}
            width={width}
            y={places.y(to)}
            height={Math.max(1, places.y(from) - places.y(to))}
            fill={index === 0 ? 'currentColor' : `url(#${id}-${index})`}
            stroke="currentColor"
            strokeWidth={width > 4 ? 1 : 0}
          />
        ) : null,
      )}
    </g>
  ));
}

/** How the second and third part of a stack are told from the first without colours: stripes, and dots. */
function Fill({ id, index }: { id: string; index: number }) {
  if (index === 0) return null;
  return (
    <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="6" height="6" className="fill-surface" />
      {index === 1 ? (
        <rect width="3" height="6" fill="currentColor" />
      ) : (
        <circle cx="3" cy="3" r="1.6" fill="currentColor" />
      )}
    </pattern>
  );
}

function Line({ index, places, series: { tone, values } }: { series: ChartSeries; index: number; places: Places }) {
  const { x, y } = places;
  const point = (step: number) => [x(step), y(values[step] ?? 0)] as const;
  return (
    <g className={TONES[tone]}>
      {stretchesOf(values).map(([from, to]) => {
        const steps = Array.from({ length: to - from + 1 }, (_, step) => point(from + step));
        return (
          <g key={from}>
            <polyline
              points={steps.map((place) => place.join(',')).join(' ')}
              fill="none"
              stroke="currentColor"
              strokeWidth="2"
              strokeDasharray={DASHES[index % DASHES.length]}
            />
            {/* Markers tell lines apart where they cross, and show what stands alone. */}
            {(steps.length === 1 || places.band > 14) &&
              steps.map(([left, top]) => <Marker key={left} x={left} y={top} index={index} />)}
          </g>
        );
      })}
    </g>
  );
}

function Marker({ index, x, y }: { x: number; y: number; index: number }) {
  if (index === 0) return <circle cx={x} cy={y} r="3" fill="currentColor" />;
  return (
    <rect x={x - 3} y={y - 3} width="6" height="6" className="fill-surface" stroke="currentColor" strokeWidth="2" />
  );
}

/** The look of a series, for the legend. */
export function Swatch({ index, kind, tone }: { kind: ChartKind; index: number; tone: ChartSeries['tone'] }) {
  const id = useId();
  return (
    <svg width="24" height="12" className={TONES[tone]}>
      {kind === 'bars' ? (
        <>
          <Fill id={id} index={index} />
          <rect
            x="1"
            y="1"
            width="22"
            height="10"
            fill={index === 0 ? 'currentColor' : `url(#${id})`}
            stroke="currentColor"
          />
        </>
      ) : (
        <>
          <line x1="0" x2="24" y1="6" y2="6" stroke="currentColor" strokeWidth="2" strokeDasharray={DASHES[index]} />
          <Marker x={12} y={6} index={index} />
        </>
      )}
    </svg>
  );
}
