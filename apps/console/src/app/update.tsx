import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';

let use: (() => void) | undefined;
const listeners = new Set<() => void>();

/** Tells that a newer console is ready; `apply` makes the page use it. */
export function offerUpdate(apply: () => void): void {
  use = apply;
  for (const listener of listeners) listener();
}

/** Offers the newer console, once there is one: never in the middle of somebody's work. */
export function UpdateNotice() {
  const { t } = useTranslation();
  const apply = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => use,
  );
  return (
    <div role="status">
      {apply && (
        <p className="mb-4 flex items-center justify-between gap-3 rounded-md border border-accent bg-accent-soft px-3 py-2 text-accent">
          {t('app.update')}
          <Button small onClick={apply}>
            {t('app.reload')}
          </Button>
        </p>
      )}
    </div>
  );
}
