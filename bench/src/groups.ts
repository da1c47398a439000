import { parseArgs } from 'node:util';

import { type Figure, report } from './report.ts';

/** Figures that are measured together, with the bare tool beside ours. */
export interface FigureGroup {
  /** For `--only`. */
  readonly name: string;
  /** Why it cannot be measured on this machine; undefined where it can. */
  whyNot(): Promise<string | undefined>;
  measure(): Promise<readonly Figure[]>;
}

/**
 * Measures the groups, or those that `--only a,b` names, and reports them. A group that cannot be measured here is named
 * with its reason, and the exit code is 2 then: its budgets were not looked at.
 */
export async function measureGroups(title: string, groups: readonly FigureGroup[]): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' } } });
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined) {
    throw new Error(`There are no figures "${unknown}"; there are: ${groups.map(({ name }) => name).join(', ')}.`);
  }
  const figures: Figure[] = [];
  let isComplete = true;
  for (const group of groups) {
    if (only && !only.includes(group.name)) continue;
    const reason = await group.whyNot();
    if (reason === undefined) figures.push(...(await group.measure()));
    else {
      isComplete = false;
      process.stderr.write(`Not measured: ${group.name}, since ${reason}.\n`);
    }
  }
  report(title, figures);
  if (!isComplete && process.exitCode === 0) process.exitCode = 2;
}
