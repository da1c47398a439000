import { useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { FileSearch } from '../app/router.tsx';
import { Guard } from '../app/guard.tsx';
import { FilePage } from './file-page.tsx';
import { FileList } from './list.tsx';

/** The files that all agents and people share: all of them, or one with its versions. */
export function FilesPage() {
  const { t } = useTranslation();
  const search = useRouterState({ select: (state) => state.location.search as FileSearch });
  return (
    <Guard scope="runs:read" title={t('nav.files')}>
      {search.path === undefined ? (
        <FileList prefix={search.prefix ?? ''} />
      ) : (
        <FilePage key={search.path} path={search.path} />
      )}
    </Guard>
  );
}
