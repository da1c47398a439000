import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Run } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { titleOf } from '../run/title.ts';
import { StatusBadge } from '../ui/status.tsx';
import { Table } from '../ui/table.tsx';

/** Tasks as a table. Without `onSelect` nothing can be selected. */
export function TaskTable(props: {
  runs: readonly Run[];
  selected: ReadonlySet<string>;
  onSelect: ((selected: ReadonlySet<string>) => void) | undefined;
  onTag: (tag: string) => void;
}) {
  const { onSelect, onTag, runs, selected } = props;
  const { t } = useTranslation();
  const all = runs.every(({ id }) => selected.has(id));
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect?.(next);
  };
  const head = [
    t('tasks.col.status'),
    t('tasks.col.task'),
    t('tasks.col.who'),
    t('tasks.col.created'),
    t('tasks.col.took'),
    t('tasks.col.cost'),
  ];
  const selectAll = (
    <input
      type="checkbox"
      aria-label={t('tasks.selectAll')}
      checked={all}
      onChange={() => onSelect?.(new Set(all ? [] : runs.map(({ id }) => id)))}
      className="size-5"
    />
  );
  return (
    <Table caption={t('nav.tasks')} head={onSelect ? [selectAll, ...head] : head}>
      {runs.map((run) => (
        <tr key={run.id} className="hover:bg-raised">
          {onSelect && (
            <td>
              <input
                type="checkbox"
                aria-label={t('tasks.select', { task: titleOf(run) })}
                checked={selected.has(run.id)}
                onChange={() => toggle(run.id)}
                className="size-5"
              />
            </td>
          )}
          <Cells run={run} onTag={onTag} />
        </tr>
      ))}
    </Table>
  );
}

function Cells({ onTag, run }: { run: Run; onTag: (tag: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { cost_unknown: unknown, cost_usd: cost } = run.usage;
  const took = run.started_at && run.ended_at ? Date.parse(run.ended_at) - Date.parse(run.started_at) : null;
  return (
    <>
      <td>
        <StatusBadge status={run.status} />
      </td>
      <td className="min-w-56">
        <Link to="/runs/$id" params={{ id: run.id }} className="line-clamp-2 break-words" dir="auto">
          {titleOf(run)}
        </Link>
        {run.tags.length > 0 && (
          <span className="mt-1 flex flex-wrap gap-1">
            {run.tags.map((tag) => (
              <button
                key={tag}
                type="button"
                onClick={() => onTag(tag)}
                className="min-h-6 rounded-full bg-raised px-2 text-xs"
              >
                #{tag}
              </button>
            ))}
          </span>
        )}
      </td>
      <td className="whitespace-nowrap">
        {run.agent} {run.playbook && <span className="text-xs text-soft">({t('tasks.playbook')})</span>}
      </td>
      <td className="whitespace-nowrap">{format.time(run.created_at)}</td>
      <td className="whitespace-nowrap">{format.duration(took)}</td>
      <td className="whitespace-nowrap">{run.playbook ? t('tasks.noCost') : format.cost(cost, unknown)}</td>
    </>
  );
}
