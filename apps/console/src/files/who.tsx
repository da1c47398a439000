import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../api/queries.ts';
import { visible } from '../ui/visible.ts';
import type { Version } from './queries.ts';

/** Who wrote a version: a run, or a person. */
export function Who({ version }: { version: Version }) {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const { by, run_id: run } = version;
  return (
    <>
      <span className="block font-mono text-xs break-all">
        {by === me?.subject ? t('files.you', { subject: by }) : visible(by)}
      </span>
      {run !== null && (
        <Link to="/runs/$id" params={{ id: run }} className="font-mono text-xs break-all">
          {run}
        </Link>
      )}
    </>
  );
}
