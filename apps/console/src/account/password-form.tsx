import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { PASSWORD_LENGTH, problemOf } from './password.ts';

const NOTHING = { current: '', wanted: '', repeated: '' };

/** Changes the password. All other log-ins of this user end. `email` tells password managers whose it is. */
export function PasswordForm({ email }: { email: string }) {
  const { t } = useTranslation();
  const toast = useToast();
  const [typed, setTyped] = useState(NOTHING);
  const [told, setTold] = useState(false);
  const changing = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/v1/auth/password', { body: { current: typed.current, wanted: typed.wanted } })),
    onSuccess: () => {
      setTyped(NOTHING);
      setTold(false);
      toast(t('account.password.changed'));
    },
  });
  // The only thing that may be denied here.
  const denied = changing.error instanceof ApiError && changing.error.code === 'PERMISSION_DENIED';
  const problem = problemOf(typed.wanted, typed.repeated, typed.current);
  const shown = told ? problem : undefined;
  const set = (change: Partial<typeof typed>) => setTyped({ ...typed, ...change });
  const field = { type: 'password', required: true, maxLength: PASSWORD_LENGTH.max } as const;
  const say = (wrong: 'short' | 'same' | 'differs') => t(`account.wrong.${wrong}`, { min: PASSWORD_LENGTH.min });
  return (
    <form
      className="flex flex-col gap-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTold(true);
        if (problem === undefined && typed.current !== '') changing.mutate();
      }}
    >
      <p className="text-sm text-soft">{t('account.password.lead')}</p>
      <input type="hidden" name="username" autoComplete="username" value={email} />
      <TextField
        {...field}
        label={t('account.password.current')}
        value={typed.current}
        autoComplete="current-password"
        error={
          told && typed.current === '' ? t('account.password.needed') : denied ? t('account.password.wrong') : undefined
        }
        onChange={(event) => {
          changing.reset();
          set({ current: event.target.value });
        }}
      />
      <TextField
        {...field}
        label={t('account.password.wanted')}
        hint={t('account.password.hint', { min: PASSWORD_LENGTH.min })}
        value={typed.wanted}
        autoComplete="new-password"
        error={shown === 'short' || shown === 'same' ? say(shown) : undefined}
        onChange={(event) => set({ wanted: event.target.value })}
      />
      <TextField
        {...field}
        label={t('account.password.repeated')}
        value={typed.repeated}
        autoComplete="new-password"
        error={shown === 'differs' ? say(shown) : undefined}
        onChange={(event) => set({ repeated: event.target.value })}
      />
      {changing.error && !denied && <Problem error={changing.error} />}
      <Button type="submit" className="self-start" disabled={changing.isPending}>
        {t('account.password.change')}
      </Button>
    </form>
  );
}
