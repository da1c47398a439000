import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../api/queries.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Table } from '../ui/table.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';
import { RoleDialog } from './role-dialog.tsx';
import { rolesUpTo } from './roles.ts';
import { changeUser, type User } from './user.ts';

/** The users, and what may be done with each. */
export function UserTable({ users }: { users: readonly User[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const toast = useToast();
  const { data: me } = useQuery(meQuery);
  const [asked, setAsked] = useState<{ user: User; about: 'role' | 'disable' | 'enable' }>();
  const close = () => setAsked(undefined);
  const head = ['name', 'email', 'role', 'state', 'joined', 'actions'] as const;
  return (
    <>
      <Table caption={t('nav.users')} head={head.map((name) => t(`admin.users.col.${name}`))}>
        {users.map((user) => {
          const self = user.id === me?.user?.id;
          const within = me !== undefined && rolesUpTo(me.role).includes(user.role);
          const name = visible(user.name);
          return (
            <tr key={user.id}>
              <td dir="auto" className="min-w-32 break-words">
                {name} {self && <span className="text-soft">{t('admin.users.you')}</span>}
              </td>
              <td className="min-w-44 break-words">{visible(user.email)}</td>
              <td className="whitespace-nowrap">{t(`role.${user.role}`)}</td>
              <td>
                <Badge tone={user.disabled_at === null ? 'ok' : 'warn'}>
                  {t(user.disabled_at === null ? 'admin.users.active' : 'admin.users.disabled')}
                </Badge>
              </td>
              <td className="whitespace-nowrap">{format.time(user.created_at)}</td>
              <td>
                {within ? (
                  <div className="flex gap-2 whitespace-nowrap">
                    <Button
                      small
                      aria-label={t('admin.users.changeRoleOf', { name })}
                      onClick={() => setAsked({ user, about: 'role' })}
                    >
                      {t('admin.users.changeRole')}
                    </Button>
                    {!self && (
                      <Button
                        small
                        look={user.disabled_at === null ? 'danger' : 'plain'}
                        aria-label={t(user.disabled_at === null ? 'admin.users.disableOf' : 'admin.users.enableOf', {
                          name,
                        })}
                        onClick={() => setAsked({ user, about: user.disabled_at === null ? 'disable' : 'enable' })}
                      >
                        {t(user.disabled_at === null ? 'admin.users.disable' : 'admin.users.enable')}
                      </Button>
                    )}
                  </div>
                ) : (
                  <span className="text-soft">{t('admin.users.above')}</span>
                )}
              </td>
            </tr>
          );
        })}
      </Table>
      {asked?.about === 'role' && <RoleDialog user={asked.user} onClose={close} />}
      {asked?.about === 'disable' && (
        <Confirm
          title={t('admin.users.disableOf', { name: asked.user.name })}
          confirm={t('admin.users.disable')}
          onClose={close}
          act={async () => {
            await changeUser(queries, asked.user.id, { disabled: true });
            toast(t('admin.users.nowDisabled', { name: asked.user.name }));
          }}
        >
          {t('admin.users.disableLead')}
        </Confirm>
      )}
      {asked?.about === 'enable' && (
        <Confirm
          title={t('admin.users.enableOf', { name: asked.user.name })}
          confirm={t('admin.users.enable')}
          onClose={close}
          act={async () => {
            await changeUser(queries, asked.user.id, { disabled: false });
            toast(t('admin.users.nowEnabled', { name: asked.user.name }));
          }}
        >
          {t('admin.users.enableLead')}
        </Confirm>
      )}
    </>
  );
}
