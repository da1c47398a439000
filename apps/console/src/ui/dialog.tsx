import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './button.tsx';

/**
 * A modal dialog: the platform's own, which keeps the focus inside, ends with Escape and gives the focus back. Mounted is
 * open. An element in it with `data-focus-first` has the focus to begin with.
 */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode; wide?: boolean }) {
  const { children, onClose, title, wide = false } = props;
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // A layout effect: it closes while the dialog is still in the page, or the focus would not go back to where it was.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // React's own autoFocus has come and gone before the dialog is shown, which moves the focus once more.
    shown?.querySelector<HTMLElement>('[data-focus-first]')?.focus();
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
