import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Problem } from './problem.tsx';

/**
 * Asks before something is done that hurts somebody. It closes when that is done; what the server refuses is said in it,
 * and nothing is lost.
 */
export function Confirm(props: {
  title: string;
  confirm: string;
  act: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}) {
  const { act, children, confirm, onClose, title } = props;
  const { t } = useTranslation();
  const acting = useMutation({ mutationFn: act, onSuccess: onClose });
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="break-words">{children}</p>
        {acting.error && <Problem error={acting.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button look="danger" disabled={acting.isPending} onClick={() => acting.mutate()}>
            {confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
