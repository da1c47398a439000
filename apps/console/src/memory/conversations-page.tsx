import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import type { paths } from '../api/schema.gen.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { Table } from '../ui/table.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';
import { Check } from './filters.tsx';
import { Frame } from './frame.tsx';
import { LOOK_AGAIN_MS, refreshMemory, whose } from './queries.ts';

type Session =
  paths['/api/v1/memory/sessions']['get']['responses'][200]['content']['application/json']['sessions'][number];

const keyOf = ({ agent, session, user }: Session) => JSON.stringify([user, agent, session]);
/** Whose conversation it is: the same name may stand for several. */
const scopeOf = ({ agent, user }: Session) => ({ user: user ?? '', ...(agent === null ? {} : { agent }) });

/** The conversations at hand: what agents see of them, and a way to forget them at once. */
export function ConversationsPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const isAdmin = useMay('admin:read');
  const [all, setAll] = useState(false);
  const [shown, setShown] = useState<Session>();
  const [clearing, setClearing] = useState<Session>();
  const list = useQuery({
    queryKey: ['memory', 'sessions', all],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: async () =>
      (await ask(api.GET('/api/v1/memory/sessions', { params: { query: whose(all ? { all } : {}) } }))).sessions,
  });
  return (
    <Frame title={t('memory.places.conversations')} lead={t('memory.sessions.lead')}>
      {isAdmin && <Check label={t('memory.filter.everybody')} checked={all} onChange={setAll} />}
      {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && !list.error && <Loading />}
      {list.data?.length === 0 && (
        <Empty title={t('memory.sessions.nothing')}>
          <p>{t('memory.sessions.nothingLead')}</p>
        </Empty>
      )}
      {list.data && list.data.length > 0 && <Sessions sessions={list.data} onShow={setShown} onClear={setClearing} />}
      {shown && <Window key={keyOf(shown)} session={shown} />}
      {clearing && (
        <Confirm
          title={t('memory.sessions.clear', { session: visible(clearing.session) })}
          confirm={t('memory.sessions.clear', { session: visible(clearing.session) })}
          onClose={() => setClearing(undefined)}
          act={async () => {
            const params = { path: { session: clearing.session }, query: scopeOf(clearing) };
            await ask(api.DELETE('/api/v1/memory/sessions/{session}', { params }));
            setShown(undefined);
            await refreshMemory(queries);
            toast(t('memory.sessions.cleared'));
          }}
        >
          {t('memory.sessions.clearLead')}
        </Confirm>
      )}
    </Frame>
  );
}

function Sessions(props: {
  sessions: readonly Session[];
  onShow: (session: Session) => void;
  onClear: (session: Session) => void;
}) {
  const { onClear, onShow, sessions } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const mayWrite = useMay('runs:write');
  const head = ['session', 'owner', 'items', 'used', 'expires', ...(mayWrite ? (['actions'] as const) : [])] as const;
  return (
    <Table caption={t('memory.places.conversations')} head={head.map((name) => t(`memory.sessions.${name}`))}>
      {sessions.map((one) => (
        <tr key={keyOf(one)}>
          <th scope="row" className="min-w-40 px-3 py-2 text-start align-top font-normal">
            <Button
              small
              look="quiet"
              className="text-start break-all"
              aria-label={t('memory.sessions.show', { session: visible(one.session) })}
              onClick={() => onShow(one)}
            >
              {visible(one.session)}
            </Button>
          </th>
          <td className="break-all">
            {one.user === null ? t('memory.owner.everyone') : visible(one.user)}
            {one.agent !== null && ` · ${visible(one.agent)}`}
          </td>
          <td className="tabular-nums">{format.number(one.items)}</td>
          <td className="whitespace-nowrap">{format.time(one.used_at)}</td>
          <td className="whitespace-nowrap">{format.time(one.expires_at)}</td>
          {mayWrite && (
            <td>
              <Button small look="danger" onClick={() => onClear(one)}>
                {t('memory.sessions.clear', { session: visible(one.session) })}
              </Button>
            </td>
          )}
        </tr>
      ))}
    </Table>
  );
}

/** What an agent is given of a conversation: a summary of what is older, and its newest items. */
function Window({ session }: { session: Session }) {
  const { t } = useTranslation();
  const format = useFormat();
  const window = useQuery({
    queryKey: ['memory', 'window', keyOf(session)],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: () => {
      const params = { path: { session: session.session }, query: scopeOf(session) };
      return ask(api.GET('/api/v1/memory/sessions/{session}', { params }));
    },
  });
  const title = t('memory.sessions.window', { session: visible(session.session) });
  return (
    <section aria-label={title} className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4">
      <h2 className="font-semibold break-all">{title}</h2>
      {window.error && <Problem error={window.error} onRetry={() => void window.refetch()} />}
      {window.isPending && !window.error && <Loading />}
      {window.data && (
        <>
          <p className="text-sm text-soft">{t('memory.sessions.tokens', { count: window.data.tokens })}</p>
          {window.data.summarised > 0 ? (
            <div>
              <h3 className="text-sm font-medium">{t('memory.sessions.summary', { count: window.data.summarised })}</h3>
              <p className="break-words whitespace-pre-wrap">{visible(window.data.summary)}</p>
            </div>
          ) : (
            <p className="text-sm text-soft">{t('memory.sessions.noSummary')}</p>
          )}
          <ol className="flex flex-col gap-2">
            {window.data.items.map(({ at, role, text }, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- items have no names; they only grow.
              <li key={index} className="flex flex-col gap-1 border-s-2 border-line ps-3">
                <span className="flex flex-wrap gap-2 text-sm text-soft">
                  <Badge>{t(`memory.sessions.roles.${role}`)}</Badge>
                  {format.time(at)}
                </span>
                <p className="break-words whitespace-pre-wrap">{visible(text)}</p>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
