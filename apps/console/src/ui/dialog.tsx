import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './button.tsx';

/**
 * A modal dialog: the platform's own, which keeps the focus inside, ends with Escape and gives the focus back. Mounted is
 * open.
 */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode; wide?: boolean }) {
  const { children, onClose, title, wide = false } = props;
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={`w-full ${wide ? 'max-w-3xl' : 'max-w-lg'} max-h-[90dvh] overflow-y-auto rounded-xl border border-line bg-surface p-5 text-text`}
    >
      <div className="mb-3 flex items-start justify-between gap-4">
        <h2 id={heading} className="text-lg font-semibold">
          {title}
        </h2>
        <Button look="quiet" small onClick={onClose} aria-label={t('app.close')}>
          <span aria-hidden="true">✕</span>
        </Button>
      </div>
      {children}
    </dialog>
  );
}
