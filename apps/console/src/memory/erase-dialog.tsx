import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { CertificateView } from './certificate.tsx';
import { type Certificate, refreshMemory } from './queries.ts';

/** Erases for good what it is opened for, after a word was typed; then it shows the certificate. */
export function EraseDialog(props: {
  children: ReactNode;
  act: (reason: string) => Promise<Certificate>;
  onClose: () => void;
  /** Called when it closes after something was erased. */
  onErased: () => void;
}) {
  const { act, children, onClose, onErased } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const word = t('memory.erase.word');
  const erasing = useMutation({ mutationFn: () => act(reason.trim()) });
  const done = () => {
    void refreshMemory(queries);
    onErased();
  };
  if (erasing.data) {
    return (
      <Dialog title={t('memory.certificate.title')} onClose={done} wide>
        <div className="flex flex-col gap-4">
          <CertificateView certificate={erasing.data} />
          <Button look="primary" className="self-end" onClick={done}>
            {t('memory.erase.close')}
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('memory.erase.title')} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === word) erasing.mutate();
        }}
      >
        <p className="break-words">{children}</p>
        <TextField
          data-focus-first
          label={t('memory.erase.type', { word })}
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <TextField
          label={t('memory.erase.reason')}
          maxLength={1000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        {erasing.error && <Problem error={erasing.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" look="danger" disabled={erasing.isPending || typed.trim() !== word}>
            {t('memory.act.erase')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
