import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../api/queries.ts';
import { ADMIN } from '../app/nav.ts';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';

/** Where those who run the server find what they run it with. */
export function AdminPage() {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  const places = ADMIN.filter(({ scope }) => !scope || me.data?.scopes.includes(scope));
  return (
    <Page title={t('admin.title')}>
      {me.error && !me.data && <Problem error={me.error} onRetry={() => void me.refetch()} />}
      {me.isPending && <Loading />}
      {me.data && places.length === 0 && (
        <Empty title={t('app.notAllowed')}>
          <p>{t('app.notAllowedHelp')}</p>
        </Empty>
      )}
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {places.map(({ icon, label, to }) => (
          <li key={label} className="rounded-xl border border-line bg-surface p-4">
            <h2 className="text-lg font-semibold">
              <Link to={to}>
                <span aria-hidden="true">{icon}</span> {t(`nav.${label}`)}
              </Link>
            </h2>
            <p className="mt-1 text-soft">{t(`admin.about.${label as 'users'}`)}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
