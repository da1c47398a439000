import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask, type Run } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';

const NAME = '[a-z][a-z0-9]*(-[a-z0-9]+)*';

/** Saves what a finished run did as a playbook, which then runs without a model. */
export function PlaybookDialog({ onClose, run }: { run: Run; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const [name, setName] = useState('');
  const saving = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/runs/{id}/playbook', { params: { path: { id: run.id } }, body: { name } })),
    onSuccess: async (saved) => {
      toast(t('run.playbook.saved', { name: saved.name }));
      onClose();
      await queries.invalidateQueries({ queryKey: ['agents'] });
    },
  });
  return (
    <Dialog title={t('run.playbook.title')} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <p className="text-soft">{t('run.playbook.lead')}</p>
        <TextField
          label={t('run.playbook.name')}
          hint={t('run.playbook.nameHint')}
          value={name}
          required
          pattern={NAME}
          maxLength={60}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        {saving.error && <Problem error={saving.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" look="primary" disabled={saving.isPending || name === ''}>
            {t('run.playbook.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
