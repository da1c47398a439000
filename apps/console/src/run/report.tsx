import { useQuery } from '@tanstack/react-query';

import type { Action } from '../api/client.ts';
import { actionsQuery } from '../api/queries.ts';
import { Markdown } from '../markdown/markdown.tsx';

/** What a report cites: what tools did, not what the model said of it. */
function toolCalls(actions: readonly Action[]): readonly Action[] {
  return actions.filter(({ kind }) => kind === 'tool');
}

/** The report of a run: a statement in it leads to the action that it came from. */
export function ReportRow(props: { output: string; runId: string; onChoose: (actionId: string) => void }) {
  const { onChoose, output, runId } = props;
  const { data: actions } = useQuery({ ...actionsQuery(runId), select: toolCalls });
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the links in it are what is clicked.
    <div
      onClick={(event) => {
        const link = event.target instanceof Element ? event.target.closest('a') : null;
        const id = /^#action-(.+)$/.exec(link?.getAttribute('href') ?? '')?.[1];
        if (id === undefined) return;
        event.preventDefault();
        onChoose(decodeURIComponent(id));
      }}
    >
      <Markdown text={output} done citing={actions} />
    </div>
  );
}
