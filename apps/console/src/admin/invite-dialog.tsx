import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { RoleField } from './role-field.tsx';
import { type Role, rolesUpTo } from './roles.ts';

/** Makes the link by which one person joins. It is shown once, and works once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: me } = useQuery(meQuery);
  const [role, setRole] = useState<Role>('operator');
  const [email, setEmail] = useState('');
  const inviting = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/users/invitations', {
          body: { role, ...(email.trim() === '' ? {} : { email: email.trim() }) },
        }),
      ),
  });
  return (
    <Dialog title={t('admin.users.inviteTitle')} onClose={onClose}>
      {inviting.data ? (
        <div className="flex flex-col gap-4">
          <p>{t('admin.users.linkLead', { until: format.time(inviting.data.expires_at) })}</p>
          <Copyable label={t('admin.users.link')} text={inviting.data.url} hint={t('admin.once')} />
          <div className="flex justify-end">
            <Button onClick={onClose}>{t('app.close')}</Button>
          </div>
        </div>
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            inviting.mutate();
          }}
        >
          <p className="text-soft">{t('admin.users.inviteLead')}</p>
          <RoleField roles={rolesUpTo(me?.role ?? 'viewer')} value={role} onChange={setRole} />
          <TextField
            type="email"
            label={t('admin.users.email')}
            hint={t('admin.users.emailHint')}
            value={email}
            maxLength={320}
            autoComplete="off"
            onChange={(event) => setEmail(event.target.value)}
          />
          {inviting.error && <Problem error={inviting.error} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={onClose}>{t('app.cancel')}</Button>
            <Button type="submit" look="primary" disabled={inviting.isPending}>
              {t('admin.users.makeLink')}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
