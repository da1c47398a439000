import { searchFigures } from '../../../services/tools/src/search/figures.ts';
import type { FigureGroup } from '../groups.ts';

/** How well and how fast tools are found among hundreds. */
export const search: FigureGroup = {
  name: 'search',
  whyNot: async () => undefined,
  async measure() {
    const { tools, indexMs, updateMs, searchMs, found } = searchFigures();
    const quality = Object.entries(found).map(([name, { queries, five }]) => ({
      name: `the right tool is not in the top 5, queries "${name}"`,
      value: (100 * (queries - five)) / queries,
      unit: '%',
    }));
    return [
      { name: `index of ${tools.both} tools, made at once`, value: indexMs, unit: 'ms' },
      { name: 'index after one tool has changed', value: updateMs, unit: 'ms' },
      { name: 'a search (median)', value: searchMs.median, unit: 'ms' },
      { name: 'a search (99th percentile)', value: searchMs.p99, unit: 'ms' },
      ...quality,
    ];
  },
};
