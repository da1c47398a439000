import { useTranslation } from 'react-i18next';

/** Something is on its way. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <p role="status" className="py-6 text-soft">
      {t('app.loading')}
    </p>
  );
}
