import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../api/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { RoleField } from './role-field.tsx';
import { rolesUpTo } from './roles.ts';
import { changeUser, type User } from './user.ts';

/** Gives a user another role. */
export function RoleDialog({ onClose, user }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const { data: me } = useQuery(meQuery);
  const [role, setRole] = useState(user.role);
  const changing = useMutation({
    mutationFn: () => changeUser(queries, user.id, { role }),
    onSuccess: () => {
      toast(t('admin.users.nowRole', { name: user.name, role: t(`role.${role}`) }));
      onClose();
    },
  });
  return (
    <Dialog title={t('admin.users.changeRoleOf', { name: user.name })} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          changing.mutate();
        }}
      >
        <RoleField roles={rolesUpTo(me?.role ?? user.role)} value={role} onChange={setRole} />
        {changing.error && <Problem error={changing.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" look="primary" disabled={changing.isPending || role === user.role}>
            {t('admin.users.changeRole')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
