import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../api/queries.ts';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import type { Scope } from './access.ts';

/**
 * A page for those who hold a scope. Who does not, and came by its address, reads so and who can help, instead of a page
 * full of refusals.
 */
export function Guard({ children, scope, title }: { scope: Scope; title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  if (me.data?.scopes.includes(scope)) return children;
  return (
    <Page title={title}>
      {me.data ? (
        <Empty title={t('app.notAllowed')}>
          <p>{t('app.notAllowedHelp')}</p>
        </Empty>
      ) : me.error ? (
        <Problem error={me.error} onRetry={() => void me.refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}
