import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { CertificateView } from './certificate.tsx';

/** Everything that was erased, for admins. */
export function Certificates({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useQuery({
    queryKey: ['memory', 'certificates'],
    queryFn: async () => (await ask(api.GET('/api/v1/memory/certificates'))).certificates,
  });
  return (
    <Dialog title={t('memory.certificate.list')} onClose={onClose} wide>
      {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && !list.error && <Loading />}
      {list.data?.length === 0 && <p className="text-soft">{t('memory.certificate.none')}</p>}
      <ul className="flex flex-col gap-2">
        {list.data?.map((certificate) => (
          <li key={certificate.id} className="rounded-md border border-line p-3">
            <details>
              <summary className="cursor-pointer break-all">
                {format.time(certificate.at)} · {visible(certificate.what)} · {format.number(certificate.memories)}
              </summary>
              <div className="pt-3">
                <CertificateView certificate={certificate} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
