/** A line of a chart: a value from 0 to 1 for each day. */
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
}

const WIDTH = 860;
const HEIGHT = 380;
const LEFT = 48;
const RIGHT = 190;
const TOP = 16;
const BOTTOM = 36;
/** Told apart by their dashes too, for whoever cannot tell the colours. */
const COLOURS = ['#2f7ed8', '#1a9a76', '#b8860b', '#c0504d', '#8064a2', '#4bacc6', '#7f7f7f', '#d2691e'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '', '6 3', '2 3', '8 3 2 3'];

/** Retention over the days of a year, as SVG that is readable on a light and on a dark ground. */
export function yearChart(lines: readonly Line[]): string {
  const days = Math.max(1, ...lines.map(({ values }) => values.length));
  const x = (day: number): number => LEFT + (day / days) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" class="grid"/>` +
      `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value * 100} %</text>`,
  );
  const months = Array.from({ length: Math.floor(days / 60) + 1 }, (_, n) => n * 60).map(
    (day) => `<text x="${x(day)}" y="${HEIGHT - 12}" text-anchor="middle">${day}</text>`,
  );
  const drawn = lines.map(({ name, values }, at) => {
    const points = values.map((value, day) => `${x(day + 1).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    const colour = COLOURS[at % COLOURS.length];
    const style = `stroke="${colour}" stroke-dasharray="${DASHES[at % DASHES.length]}"`;
    const key = TOP + 14 + at * 22;
    return (
      `<polyline points="${points}" fill="none" stroke-width="2" ${style}/>` +
      `<line x1="${WIDTH - RIGHT + 14}" x2="${WIDTH - RIGHT + 44}" y1="${key - 4}" y2="${key - 4}" stroke-width="2" ${style}/>` +
      `<text x="${WIDTH - RIGHT + 52}" y="${key}">${name}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Retention over a year">`,
    '<style>text{font:12px sans-serif;fill:#57606a}.grid{stroke:#8b949e;stroke-opacity:.35}',
    '@media(prefers-color-scheme:dark){text{fill:#c9d1d9}}</style>',
    ...grid,
    ...months,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}
