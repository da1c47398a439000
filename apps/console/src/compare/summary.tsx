import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Action, Run } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Table } from '../ui/table.tsx';
import { visible } from '../ui/visible.ts';

type RowName =
  | 'agent'
  | 'models'
  | 'status'
  | 'created'
  | 'took'
  | 'steps'
  | 'tokens'
  | 'cost'
  | 'isolation'
  | 'forked';

/** What two runs are, with what differs marked by a word. */
export function Summary({
  a,
  actions,
  b,
}: {
  a: Run;
  b: Run;
  actions: readonly [readonly Action[], readonly Action[]];
}) {
  const { t } = useTranslation();
  const [left, right] = [useFacts(a, actions[0]), useFacts(b, actions[1])];
  const rows = left.map(([name, text, node], index) => {
    const [, otherText = '', otherNode] = right[index] ?? [];
    return { name, differs: text !== otherText, cells: [node ?? visible(text), otherNode ?? visible(otherText)] };
  });
  return (
    <Table
      caption={t('compare.summary')}
      head={[t('compare.what'), t('compare.run.a'), t('compare.run.b'), t('compare.difference')]}
    >
      {rows.map(({ cells, differs, name }) => (
        <tr key={name}>
          <th scope="row" className="px-3 py-2 text-start font-normal whitespace-nowrap text-soft">
            {t(`compare.row.${name}`)}
          </th>
          {cells.map((cell, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the first is A, the second is B.
            <td key={index} className="min-w-32 break-words">
              {cell}
            </td>
          ))}
          <td>
            {differs ? (
              <Badge tone="warn">{t('compare.differs')}</Badge>
            ) : (
              <span className="text-soft">{t('compare.alike')}</span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** Each fact as a text, by which it is compared, and as it is shown where that is more than the text. */
function useFacts(run: Run, actions: readonly Action[]): [RowName, string, ReactNode?][] {
  const { t } = useTranslation();
  const format = useFormat();
  const { cost_unknown: unknown, cost_usd: cost, input_tokens: input, output_tokens: output } = run.usage;
  const models = [...new Set(actions.filter(({ kind }) => kind === 'model').map(({ name }) => name))];
  const took = run.started_at && run.ended_at ? Date.parse(run.ended_at) - Date.parse(run.started_at) : null;
  const forked = run.forked_from;
  return [
    ['agent', run.agent],
    ['models', run.playbook ? t('tasks.noCost') : models.join(', ')],
    ['status', run.status, <StatusBadge key="status" status={run.status} />],
    ['created', format.time(run.created_at)],
    ['took', took === null ? '–' : format.duration(took)],
    ['steps', format.number(run.steps)],
    ['tokens', t('compare.inOut', { input: format.number(input), output: format.number(output) })],
    ['cost', run.playbook ? t('tasks.noCost') : format.cost(cost, unknown)],
    ['isolation', run.isolation === '' ? '–' : run.isolation],
    [
      'forked',
      forked === null ? '–' : `${forked} ${run.forked_at ?? ''}`,
      forked === null ? undefined : (
        <Link key="forked" to="/runs/$id" params={{ id: forked }} className="font-mono text-xs break-all">
          {t('compare.forkedAt', { id: forked, seq: run.forked_at ?? 0 })}
        </Link>
      ),
    ],
  ];
}
