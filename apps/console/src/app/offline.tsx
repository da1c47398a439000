import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { isPassing } from '../api/error.ts';
import { meQuery } from '../api/queries.ts';

/** Says when the network or the server is away: what is shown may then be old, and nothing can be changed. */
export function OfflineNotice() {
  const { t } = useTranslation();
  const [online, setOnline] = useState(navigator.onLine);
  const { error, refetch } = useQuery(meQuery);
  useEffect(() => {
    const look = () => {
      setOnline(navigator.onLine);
      if (navigator.onLine) void refetch();
    };
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, [refetch]);
  const away = !online || isPassing(error);
  return (
    <div role="status">
      {away && (
        <p className="mb-4 rounded-md border border-warn bg-warn-soft px-3 py-2 text-warn">
          {t(online ? 'app.serverAway' : 'app.offline')}
        </p>
      )}
    </div>
  );
}
