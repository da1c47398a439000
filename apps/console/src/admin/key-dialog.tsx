import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import type { Scope } from '../app/access.ts';
import { Button } from '../ui/button.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { RoleField } from './role-field.tsx';
import { type Role, rolesUpTo, scopesToGive } from './roles.ts';

/** Where the list of keys is kept. */
export const KEYS_KEY = ['keys'] as const;

const DAY_MS = 86_400_000;
/** For how long a key may be made, days; 0: it does not expire. */
const DAYS = [7, 30, 90, 365, 0] as const;

/** Makes an API key. It is shown once; the server keeps no more than its hash. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [without, setWithout] = useState<ReadonlySet<Scope>>(new Set());
  const [days, setDays] = useState<number>(90);
  const possible = scopesToGive(role, me?.scopes ?? []);
  const scopes = possible.filter((scope) => !without.has(scope));
  const making = useMutation({
    mutationFn: () => {
      const expires = days === 0 ? {} : { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() };
      return ask(api.POST('/api/v1/keys', { body: { name: name.trim(), role, scopes, ...expires } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: KEYS_KEY }),
  });
  if (making.data) {
    return (
      <Dialog title={t('admin.keys.madeTitle', { name: making.data.name })} onClose={onClose}>
        <div className="flex flex-col gap-4">
          <p>{t('admin.keys.madeLead')}</p>
          <Copyable label={t('admin.keys.key')} text={making.data.key} hint={t('admin.once')} />
          <div className="flex justify-end">
            <Button onClick={onClose}>{t('app.close')}</Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('admin.keys.make')} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <TextField
          label={t('admin.keys.name')}
          hint={t('admin.keys.nameHint')}
          value={name}
          required
          maxLength={100}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <RoleField roles={rolesUpTo(me?.role ?? 'viewer')} value={role} onChange={setRole} />
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-medium">{t('admin.keys.scopes')}</legend>
          {possible.map((scope) => (
            <label key={scope} className="flex min-h-8 items-start gap-2">
              <input
                type="checkbox"
                className="mt-0.5 size-5 shrink-0"
                checked={!without.has(scope)}
                onChange={({ target }) => {
                  const next = new Set(without);
                  if (target.checked) next.delete(scope);
                  else next.add(scope);
                  setWithout(next);
                }}
              />
              <span>
                {t(`admin.scope.${SCOPE_NAMES[scope]}`)} <span className="font-mono text-xs text-soft">{scope}</span>
              </span>
            </label>
          ))}
          {scopes.length === 0 && (
            <p role="alert" className="text-sm text-bad">
              {t('admin.keys.noScopes')}
            </p>
          )}
        </fieldset>
        <SelectField
          label={t('admin.keys.expires')}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {DAYS.map((count) => (
            <option key={count} value={count}>
              {count === 0 ? t('admin.keys.neverExpires') : t('admin.keys.days', { count })}
            </option>
          ))}
        </SelectField>
        {making.error && <Problem error={making.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" look="primary" disabled={making.isPending || scopes.length === 0}>
            {t('admin.keys.make')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The names of the texts of the scopes: a colon would be read as a separator. */
const SCOPE_NAMES = {
  'runs:read': 'runsRead',
  'runs:write': 'runsWrite',
  'runs:approve': 'runsApprove',
  'keys:admin': 'keysAdmin',
  'users:admin': 'usersAdmin',
  'admin:read': 'adminRead',
} as const satisfies Record<Scope, string>;
