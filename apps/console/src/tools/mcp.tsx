import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { CodeBox } from '../ui/code-box.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { McpServer } from './mcp-server.tsx';

/** Breakers open and close by themselves: so often it is looked, milliseconds. */
const LOOK_AGAIN_MS = 2000;
const EXAMPLE = JSON.stringify(
  {
    mcpServers: { notes: { command: 'notes-mcp', args: ['--stdio'] }, search: { url: 'https://mcp.example.org/mcp' } },
  },
  undefined,
  2,
);

/** The MCP servers whose tools agents have. */
export function McpServers() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['mcp', 'servers'],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: () => ask(api.GET('/api/v1/mcp/servers')),
  });
  const ill = data?.discoveries.filter(({ problem }) => problem !== '') ?? [];
  return (
    <>
      <p className="max-w-3xl text-soft">{t('tools.mcp.lead')}</p>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && !error && <Loading />}
      {ill.map(({ name, problem }) => (
        <p key={name} className="rounded-md border border-warn bg-warn-soft p-3 break-words text-warn">
          {t('tools.mcp.discovery', { name, problem: visible(problem) })}
        </p>
      ))}
      {data?.servers.length === 0 && (
        <Empty title={t('tools.mcp.emptyTitle')}>
          <p>{t('tools.mcp.emptyLead')}</p>
          <div className="w-full text-start">
            <CodeBox label="mcp.json" text={EXAMPLE} />
          </div>
        </Empty>
      )}
      <ul aria-label={t('tools.show.mcp')} className="flex flex-col gap-3">
        {data?.servers.map((server) => (
          <McpServer key={server.name} server={server} />
        ))}
      </ul>
    </>
  );
}
