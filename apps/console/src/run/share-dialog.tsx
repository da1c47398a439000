import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { Table } from '../ui/table.tsx';

const HOURS = [24, 168, 720, 8760] as const;

/** Links by which somebody without an account can read the report: signed, redacted, for a time, and revocable. */
export function ShareDialog({ onClose, runId }: { runId: string; onClose: () => void }) {
  const { i18n, t } = useTranslation();
  const queries = useQueryClient();
  const [hours, setHours] = useState<number>(168);
  const path = { params: { path: { id: runId } } };
  const key = ['run', runId, 'shares'];
  const shares = useQuery({
    queryKey: key,
    queryFn: async () => (await ask(api.GET('/api/v1/runs/{id}/shares', path))).shares,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  const making = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/runs/{id}/shares', {
          ...path,
          body: { expires_in_hours: hours, lang: i18n.language === 'zh' ? 'zh' : 'en' },
        }),
      ),
    onSuccess: refresh,
  });
  const revoking = useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE('/api/v1/runs/{id}/shares/{share_id}', { params: { path: { id: runId, share_id: id } } })),
    onSuccess: refresh,
  });
  const problem = making.error ?? revoking.error ?? shares.error;
  return (
    <Dialog title={t('run.share.title')} onClose={onClose} wide>
      <div className="flex flex-col gap-4">
        <p className="text-soft">{t('run.share.lead')}</p>
        <div className="flex flex-wrap items-end gap-3">
          <SelectField
            label={t('run.share.expires')}
            value={hours}
            onChange={(event) => setHours(Number(event.target.value))}
          >
            {HOURS.map((count) => (
              <option key={count} value={count}>
                {t('run.share.days', { count: count / 24 })}
              </option>
            ))}
          </SelectField>
          <Button look="primary" disabled={making.isPending} onClick={() => making.mutate()}>
            {t('run.share.make')}
          </Button>
        </div>
        {making.data && <Copyable label={t('run.share.link')} text={making.data.url} hint={t('run.share.once')} />}
        {problem && <Problem error={problem} />}
        <ShareList shares={shares.data ?? []} onRevoke={(id) => revoking.mutate(id)} />
      </div>
    </Dialog>
  );
}

interface Share {
  readonly id: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
  readonly views: number;
}

function ShareList({ onRevoke, shares }: { shares: readonly Share[]; onRevoke: (id: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (shares.length === 0) return <p className="text-sm text-soft">{t('run.share.none')}</p>;
  return (
    <Table
      caption={t('run.share.title')}
      head={[t('run.share.made'), t('run.share.until'), t('run.share.views'), t('run.share.state')]}
    >
      {shares.map(({ created_at, expires_at, id, revoked_at, views }) => (
        <tr key={id}>
          <td>{format.time(created_at)}</td>
          <td>{format.time(expires_at)}</td>
          <td>{format.number(views)}</td>
          <td>
            {revoked_at !== null ? (
              t('run.share.revoked')
            ) : Date.parse(expires_at) < Date.now() ? (
              t('run.share.expired')
            ) : (
              <Button small look="danger" onClick={() => onRevoke(id)}>
                {t('run.share.revoke')}
              </Button>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
