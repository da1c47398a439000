import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import type { paths } from '../api/schema.gen.ts';
import { Guard } from '../app/guard.tsx';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Table } from '../ui/table.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';
import { KEYS_KEY, KeyDialog } from './key-dialog.tsx';

type Key = paths['/api/v1/keys']['get']['responses'][200]['content']['application/json']['keys'][number];

/** The keys by which programs use this server. */
export function KeysPage() {
  const { t } = useTranslation();
  return (
    <Guard scope="keys:admin" title={t('nav.keys')}>
      <Keys />
    </Guard>
  );
}

function Keys() {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const list = useQuery({ queryKey: KEYS_KEY, queryFn: async () => (await ask(api.GET('/api/v1/keys'))).keys });
  const make = (
    <Button look="primary" onClick={() => setMaking(true)}>
      {t('admin.keys.make')}
    </Button>
  );
  const none = list.data?.length === 0;
  return (
    <Page title={t('nav.keys')} actions={!none && make}>
      {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {none && (
        <Empty title={t('admin.keys.emptyTitle')}>
          <p>{t('admin.keys.emptyLead')}</p>
          {make}
        </Empty>
      )}
      {list.data && !none && <KeyTable keys={list.data} />}
      {making && <KeyDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function KeyTable({ keys }: { keys: readonly Key[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const toast = useToast();
  const [asked, setAsked] = useState<Key>();
  const head = ['name', 'role', 'scopes', 'made', 'used', 'expires', 'actions'] as const;
  return (
    <>
      <Table caption={t('nav.keys')} head={head.map((name) => t(`admin.keys.col.${name}`))}>
        {keys.map((key) => (
          <tr key={key.id}>
            <td className="min-w-32">
              <span dir="auto" className="break-words">
                {visible(key.name)}
              </span>
              <span className="block font-mono text-xs text-soft">{key.id}</span>
            </td>
            <td className="whitespace-nowrap">{t(`role.${key.role}`)}</td>
            <td className="min-w-40 font-mono text-xs">{key.scopes.join(', ')}</td>
            <td className="whitespace-nowrap">{format.time(key.created_at)}</td>
            <td className="whitespace-nowrap">
              {key.last_used_at === null ? t('admin.keys.never') : format.time(key.last_used_at)}
            </td>
            <td className="whitespace-nowrap">
              <Expiry at={key.expires_at} />
            </td>
            <td>
              <Button
                small
                look="danger"
                className="whitespace-nowrap"
                aria-label={t('admin.keys.revokeOf', { name: visible(key.name) })}
                onClick={() => setAsked(key)}
              >
                {t('admin.keys.revoke')}
              </Button>
            </td>
          </tr>
        ))}
      </Table>
      {asked && (
        <Confirm
          title={t('admin.keys.revokeOf', { name: asked.name })}
          confirm={t('admin.keys.revoke')}
          onClose={() => setAsked(undefined)}
          act={async () => {
            await ask(api.DELETE('/api/v1/keys/{id}', { params: { path: { id: asked.id } } }));
            await queries.invalidateQueries({ queryKey: KEYS_KEY });
            toast(t('admin.keys.revoked', { name: asked.name }));
          }}
        >
          {t('admin.keys.revokeLead')}
        </Confirm>
      )}
    </>
  );
}

function Expiry({ at }: { at: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (at === null) return t('admin.keys.neverExpires');
  return Date.parse(at) > Date.now() ? format.time(at) : <Badge tone="warn">{t('admin.keys.expired')}</Badge>;
}
