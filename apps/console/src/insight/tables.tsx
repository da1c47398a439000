import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Table } from '../ui/table.tsx';
import { visible } from '../ui/visible.ts';

type Column =
  | 'name'
  | 'runs'
  | 'calls'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'errors'
  | 'p50'
  | 'p95'
  | 'max'
  | 'total'
  | 'tokens'
  | 'cost';

/** Who did the work: agents, models and tools. What was not used is not there. */
export function Tables({ insight }: { insight: Schema<'Insight'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const time = (ms: number | null) => (ms === null ? '–' : format.duration(ms));
  return (
    <>
      <Listed
        title={t('insight.table.agents')}
        columns={['name', 'runs', 'succeeded', 'failed', 'canceled', 'p50', 'p95']}
        rows={insight.agents.map((agent) => [
          agent.name,
          format.number(agent.runs),
          format.number(agent.succeeded),
          format.number(agent.failed),
          format.number(agent.canceled),
          time(agent.p50_ms),
          time(agent.p95_ms),
        ])}
      />
      <Listed
        title={t('insight.table.models')}
        columns={['name', 'calls', 'errors', 'p50', 'p95', 'tokens', 'cost']}
        rows={insight.models.map((model) => [
          model.name,
          format.number(model.calls),
          format.number(model.errors),
          time(model.p50_ms),
          time(model.p95_ms),
          t('insight.inOut', {
            input: format.compact(model.input_tokens),
            output: format.compact(model.output_tokens),
          }),
          format.cost(model.cost_usd, model.cost_unknown),
        ])}
      />
      <Listed
        title={t('insight.table.tools')}
        columns={['name', 'calls', 'errors', 'p50', 'p95', 'max', 'total']}
        rows={insight.tools.map((tool) => [
          tool.name,
          format.number(tool.calls),
          format.number(tool.errors),
          time(tool.p50_ms),
          time(tool.p95_ms),
          time(tool.max_ms),
          time(tool.total_ms),
        ])}
      />
    </>
  );
}

function Listed(props: {
  title: string;
  columns: readonly Column[];
  rows: readonly (readonly [string, ...ReactNode[]])[];
}) {
  const { columns, rows, title } = props;
  const { t } = useTranslation();
  return (
    <section>
      <h2 className="mb-2 text-lg font-semibold">{title}</h2>
      {rows.length === 0 ? (
        <p className="text-soft">{t('insight.nothingMeasured')}</p>
      ) : (
        <Table caption={title} head={columns.map((column) => t(`insight.col.${column}`))}>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row" className="px-3 py-2 min-w-36 text-start font-mono font-normal break-words">
                {visible(name)}
              </th>
              {cells.map((cell, index) => (
                // oxlint-disable-next-line react/no-array-index-key -- the columns never change their order.
                <td key={index} className="whitespace-nowrap tabular-nums">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
