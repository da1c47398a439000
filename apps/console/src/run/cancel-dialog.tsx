import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useProblem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { cancelAll } from './steer.ts';

/** Asks before runs are ended for good, and why. */
export function CancelDialog(props: { ids: readonly string[]; onClose: () => void; onDone?: () => void }) {
  const { ids, onClose, onDone } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const problem = useProblem();
  const [reason, setReason] = useState('');
  const canceling = useMutation({
    mutationFn: () => cancelAll(ids, reason),
    onSuccess: async (failed) => {
      const first = failed[0];
      if (first) toast(t('run.cancel.someFailed', { count: failed.length, why: problem(first.error) }), true);
      else toast(t('run.cancel.done', { count: ids.length }));
      onDone?.();
      onClose();
      await Promise.all(['run', 'runs'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  return (
    <Dialog title={t('run.cancel.title', { count: ids.length })} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          canceling.mutate();
        }}
      >
        <p>{t('run.cancel.lead')}</p>
        <TextField
          label={t('run.cancel.reason')}
          value={reason}
          maxLength={2000}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('run.cancel.keep')}</Button>
          <Button type="submit" look="danger" disabled={canceling.isPending}>
            {t('run.cancel.confirm')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
