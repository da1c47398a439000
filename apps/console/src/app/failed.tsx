import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Button, buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';

/** A page whose code could not be loaded (the console was updated, or the network is away), or that has a defect. */
export function Failed() {
  const { t } = useTranslation();
  return (
    <Page title={t('app.failedTitle')}>
      <Empty title={t(navigator.onLine ? 'app.failedLead' : 'app.offlineLead')}>
        <p>{t('app.failedHelp')}</p>
        <Button look="primary" onClick={() => window.location.reload()}>
          {t('app.reload')}
        </Button>
      </Empty>
    </Page>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('app.notFoundTitle')}>
      <Empty title={t('app.notFoundLead')}>
        <Link to="/" className={buttonClass('primary')}>
          {t('nav.tasks')}
        </Link>
      </Empty>
    </Page>
  );
}
