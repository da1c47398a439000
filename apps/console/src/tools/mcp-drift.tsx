import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask, type Schema } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import { computeDiff } from '../diff/compute.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useProblem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';

type Drift = Schema<'McpServer'>['drift'][number];

/** Tools of a server that are other than what was accepted: what was changed, and the way to accept it. */
export function McpDrift({ drift, server }: { server: string; drift: readonly Drift[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const problem = useProblem();
  const mayAccept = useMay('admin:read');
  const accepting = useMutation({
    mutationFn: (tool: string | undefined) =>
      ask(
        api.POST('/api/v1/mcp/servers/{name}/accept', {
          params: { path: { name: server } },
          body: tool === undefined ? {} : { tool },
        }),
      ),
    onSuccess: ({ tools }) => toast(t('tools.mcp.accepted', { tools: tools.join(', ') })),
    onError: (error) => toast(problem(error), true),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mcp'] }),
  });
  const title = t('tools.mcp.drift', { name: server });
  return (
    <section aria-label={title} className="flex flex-col gap-3 rounded-md border border-warn p-3">
      <h3 className="font-medium text-warn">{title}</h3>
      <p className="text-sm text-soft">{t('tools.mcp.driftLead')}</p>
      <ul className="flex flex-col gap-3">
        {drift.map((one) => (
          <li key={one.tool} className="flex flex-col gap-2">
            <Head one={one} />
            <Changed one={one} />
            {mayAccept && (
              <Button
                small
                className="self-start"
                aria-label={t('tools.mcp.acceptOf', { tool: one.tool })}
                disabled={accepting.isPending}
                onClick={() => accepting.mutate(one.tool)}
              >
                {t('tools.mcp.accept')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayAccept && drift.length > 1 && (
        <Button small className="self-start" disabled={accepting.isPending} onClick={() => accepting.mutate(undefined)}>
          {t('tools.mcp.acceptAll')}
        </Button>
      )}
    </section>
  );
}

function Head({ one }: { one: Drift }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className="flex flex-wrap items-center gap-2">
      <span className="font-mono break-all">{visible(one.tool)}</span>
      <Badge tone="warn">{t(`tools.mcp.kind.${one.kind === 'added' ? 'added' : 'changed'}`)}</Badge>
      {one.blocked && <Badge tone="bad">{t('tools.mcp.blocked')}</Badge>}
      <time dateTime={one.since} className="text-sm text-soft">
        {format.time(one.since)}
      </time>
    </p>
  );
}

function Changed({ one }: { one: Drift }) {
  const { t } = useTranslation();
  const { accepted, after, before, current, tool } = one;
  const { data } = useQuery({
    queryKey: ['mcp', 'diff', tool, before, after],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => ({ lines: await computeDiff(accepted, current) }),
  });
  if (!data?.lines) return null;
  return <DiffView label={t('tools.mcp.driftOf', { tool })} lines={data.lines} />;
}
