import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Table } from '../ui/table.tsx';
import { visible } from '../ui/visible.ts';
import { STATE_TONE } from './mcp-state.ts';

type Instance = Schema<'McpServer'>['instances'][number];
const BREAKER_TONE = { closed: 'ok', open: 'bad', 'half-open': 'warn' } as const satisfies Record<string, Tone>;

/** Where a server is reached, and how each of these places is. */
export function McpInstances({ instances, name }: { name: string; instances: readonly Instance[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (instances.length === 0) return null;
  const head = ['instance', 'state', 'since', 'calls', 'error', 'next'] as const;
  return (
    <Table caption={t('tools.mcp.instances', { name })} head={head.map((column) => t(`tools.mcp.col.${column}`))}>
      {instances.map((one) => (
        <tr key={one.id}>
          <th scope="row" className="px-3 py-2 min-w-40 text-start align-top font-normal">
            <span title={one.address} className="line-clamp-3 font-mono text-xs break-all">
              {visible(one.address || one.id)}
            </span>
            {!one.healthy && <span className="text-xs text-bad">{t('tools.mcp.unhealthy')}</span>}
          </th>
          <td>
            <span className="flex flex-wrap gap-1">
              <Badge tone={STATE_TONE[one.state]}>{t(`tools.mcp.state.${one.state}`)}</Badge>
              <Breaker breaker={one.breaker} />
            </span>
          </td>
          <td className="whitespace-nowrap">
            <time dateTime={one.since}>{format.time(one.since)}</time>
          </td>
          <td className="whitespace-nowrap">
            {t('tools.mcp.callsLine', { calls: format.number(one.calls), failures: format.number(one.failures) })}
          </td>
          <td lang="en" className="min-w-48 break-words">
            {visible(one.last_error)}
          </td>
          <td className="whitespace-nowrap">{format.time(one.next_attempt_at)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Breaker({ breaker }: { breaker: string }) {
  const { t } = useTranslation();
  if (breaker !== 'closed' && breaker !== 'open' && breaker !== 'half-open') return null;
  return <Badge tone={BREAKER_TONE[breaker]}>{t(`tools.mcp.breaker.${breaker}`)}</Badge>;
}
