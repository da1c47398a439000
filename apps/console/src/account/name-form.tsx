import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';

/** What one is called. */
export function NameForm(props: { name: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const [name, setName] = useState(props.name);
  const wanted = name.trim();
  const renaming = useMutation({
    mutationFn: () => ask(api.PATCH('/api/v1/me', { body: { name: wanted } })),
    onSuccess: async (me) => {
      queries.setQueryData(meQuery.queryKey, me);
      toast(t('account.renamed'));
      await queries.invalidateQueries({ queryKey: ['users'] });
    },
  });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        renaming.mutate();
      }}
    >
      <TextField
        label={t('account.name')}
        value={name}
        required
        maxLength={100}
        autoComplete="name"
        onChange={(event) => setName(event.target.value)}
      />
      {renaming.error && <Problem error={renaming.error} />}
      <Button
        type="submit"
        className="self-start"
        disabled={renaming.isPending || wanted === '' || wanted === props.name}
      >
        {t('account.rename')}
      </Button>
    </form>
  );
}
