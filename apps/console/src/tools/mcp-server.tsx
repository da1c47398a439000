import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask, type Schema } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useProblem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';
import { McpDrift } from './mcp-drift.tsx';
import { McpInstances } from './mcp-instances.tsx';
import { STATE_TONE } from './mcp-state.ts';
import { ToolNames } from './tool-names.tsx';

/** One MCP server: how it is, where it is reached, its tools, and what of them was changed. */
export function McpServer({ server }: { server: Schema<'McpServer'> }) {
  const { t } = useTranslation();
  const mayReconnect = useMay('runs:write');
  const { drift, instances, name, pinned, source, state, tools, trusted } = server;
  return (
    <li className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="grow font-mono font-semibold break-all">{visible(name)}</h2>
        {trusted && <Badge>{t('tools.mcp.trusted')}</Badge>}
        {pinned && <Badge>{t('tools.mcp.pinned')}</Badge>}
        <Badge tone={STATE_TONE[state]}>{t(`tools.mcp.state.${state}`)}</Badge>
        {mayReconnect && <Reconnect name={name} />}
      </div>
      <p className="text-sm text-soft">
        {t('tools.mcp.foundIn')}: <span className="font-mono">{visible(source)}</span>
      </p>
      {drift.length > 0 && <McpDrift server={name} drift={drift} />}
      <McpInstances name={name} instances={instances} />
      <details open={tools.length > 0 && tools.length <= 10}>
        <summary className="min-h-8">{t('tools.mcp.tools', { count: tools.length })}</summary>
        <ToolNames names={tools.filter(({ problem }) => problem === '').map((tool) => tool.qualified_name)} />
        <ul className="mt-1 flex flex-col gap-1 text-sm">
          {tools
            .filter(({ problem }) => problem !== '')
            .map((tool) => (
              <li key={tool.name} className="break-words">
                <span className="font-mono">{visible(tool.qualified_name || tool.name)}</span>:{' '}
                <span lang="en">{visible(tool.problem)}</span>
              </li>
            ))}
        </ul>
      </details>
    </li>
  );
}

function Reconnect({ name }: { name: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const problem = useProblem();
  const reconnecting = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/mcp/servers/{name}/reconnect', { params: { path: { name } } })),
    onSuccess: () => toast(t('tools.mcp.reconnected', { name })),
    onError: (error) => toast(problem(error), true),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mcp'] }),
  });
  return (
    <Button
      small
      aria-label={t('tools.mcp.reconnectOf', { name })}
      disabled={reconnecting.isPending}
      onClick={() => reconnecting.mutate()}
    >
      {t('tools.mcp.reconnect')}
    </Button>
  );
}
