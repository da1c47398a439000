import { useTranslation } from 'react-i18next';

import { ApiError } from '../api/error.ts';
import { Button } from './button.tsx';

/** What an error means in the reader's language, and what the server said of it. Never a stack. */
export function useProblem(): (error: unknown) => string {
  const { i18n, t } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.unexpected');
    // A newer server may know codes that this console does not.
    const known = i18n.exists(`error.${error.code}`);
    const meaning = known ? i18n.t(`error.${error.code}` as 'error.unexpected') : t('error.unexpected');
    return error.message === '' ? meaning : `${meaning} ${error.message}`;
  };
}

/** An error where something should have been, with a way to try again. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const say = useProblem();
  return (
    <div role="alert" className="rounded-md border border-bad bg-bad-soft p-3 text-bad">
      <p>{say(error)}</p>
      {onRetry && (
        <Button small className="mt-2" onClick={onRetry}>
          {t('app.retry')}
        </Button>
      )}
    </div>
  );
}
