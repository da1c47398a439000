import { citations, type LinkOf } from '@holdfast/markdown';

import type { RunExport } from './run-export.ts';

/** Where an action stands on an exported page. */
export function actionAnchor(id: string): string {
  return `action-${id}`;
}

/** Links the statements of the report to the actions that they come from. */
export function reportCitations({ actions }: RunExport): { linkOf: LinkOf; learn: (document: string) => boolean } {
  return citations(
    actions
      .filter(({ kind }) => kind === 'tool')
      .map(({ arguments: given, id, name, result }) => ({ id, name, arguments: given, result })),
  );
}

/** The title of an exported page: the first words of the task. */
export function titleOf({ run }: RunExport): string {
  const line = run.task.trim().split('\n', 1)[0]?.trim() ?? '';
  const title = line === '' ? run.agent : line;
  return title.length > 100 ? `${title.slice(0, 99)}…` : title;
}
