import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Guard } from '../app/guard.tsx';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { UserTable } from './user-table.tsx';
import { USERS_KEY } from './user.ts';

/** Who may use this server, and as what. */
export function UsersPage() {
  const { t } = useTranslation();
  return (
    <Guard scope="users:admin" title={t('nav.users')}>
      <Users />
    </Guard>
  );
}

function Users() {
  const { t } = useTranslation();
  const [inviting, setInviting] = useState(false);
  const list = useQuery({
    queryKey: USERS_KEY,
    queryFn: async () => (await ask(api.GET('/api/v1/users'))).users,
  });
  return (
    <Page
      title={t('nav.users')}
      actions={
        <Button look="primary" onClick={() => setInviting(true)}>
          {t('admin.users.invite')}
        </Button>
      }
    >
      {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data && <UserTable users={list.data} />}
      {list.data && list.data.length < 2 && <p className="mt-4 text-soft">{t('admin.users.alone')}</p>}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}
