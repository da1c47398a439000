/** One measured figure beside its budget. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The largest value that is allowed; left out: for information. */
  readonly budget?: number;
}

/**
 * Prints figures as a table, or as JSON with `--json`, and sets the exit code to 1 if one is above its budget.
 *
 * @param title the name of the benchmark
 * @param options `strict: false` leaves the exit code alone
 */
export function report(title: string, figures: readonly Figure[], { strict = true } = {}): void {
  const above = figures.filter(({ value, budget }) => budget !== undefined && !(value <= budget));
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ title, figures, withinBudgets: above.length === 0 })}\n`);
  } else {
    process.stdout.write(`${title}\n`);
    const width = figures.reduce((longest, { name }) => Math.max(longest, name.length), 58);
    for (const { name, value, unit, budget } of figures) {
      const limit =
        budget === undefined ? '' : `  budget ${budget}${above.some((one) => one.name === name) ? '  ABOVE' : ''}`;
      process.stdout.write(`  ${name.padEnd(width)} ${round(value).padStart(10)} ${unit.padEnd(4)}${limit}\n`);
    }
  }
  if (strict) process.exitCode = above.length === 0 ? 0 : 1;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(3);
}

/** The median of some numbers. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The number below which so many per cent of the others lie. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/** CPU time of this process with all its threads since `since`, milliseconds. */
export function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
