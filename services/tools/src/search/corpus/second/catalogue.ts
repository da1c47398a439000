import type { ToolModule } from '../../../tool.ts';
import { catalogue, toolsOf } from '../catalogue.ts';
import { CHINESE } from './chinese.ts';
import { CODE } from './code.ts';
import { GENERAL } from './general.ts';
import { OFFICE } from './office.ts';

/** Those of the first catalogue that do the same as servers of the second. */
const TWICE = new Set(
  (
    'hubspot shopify kubernetes docker cloudflare mongodb redis grafana github jira linear sentry figma filesystem browser ' +
    'web_search maps weather spotify youtube home_assistant audio slack gmail calendar notion confluence drive sheets stripe postgres'
  ).split(' '),
);

/** The tools of the second catalogue, among those of the first that do something else. */
export function secondCatalogue(): ToolModule[] {
  const others = catalogue().filter(({ name }) => !TWICE.has(name.slice(0, name.indexOf('__'))));
  return [...toolsOf({ ...CODE, ...OFFICE, ...GENERAL, ...CHINESE }), ...others];
}
