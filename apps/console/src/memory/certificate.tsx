import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Table } from '../ui/table.tsx';
import { visible } from '../ui/visible.ts';
import type { Certificate } from './queries.ts';

/** What says that something was erased, from where, and that a search for it finds nothing. */
export function CertificateView({ certificate }: { certificate: Certificate }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { at, by, id, memories, pending, reason, sha256, stores, what } = certificate;
  const fields = [
    ['id', id],
    ['at', format.time(at)],
    ['by', by],
    ['what', what],
    ['reason', reason],
    ['memories', format.number(memories)],
    ['sha256', sha256],
  ] as const;
  return (
    <div className="flex flex-col gap-3">
      <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        {fields
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="font-medium">{t(`memory.certificate.${name}`)}</dt>
              <dd className="break-all">{visible(value)}</dd>
            </div>
          ))}
      </dl>
      <Table
        caption={t('memory.certificate.stores')}
        head={(['store', 'product', 'removed', 'left'] as const).map((name) => t(`memory.certificate.${name}`))}
      >
        {stores.map(({ left, product, removed, store }) => (
          <tr key={`${store} ${product}`}>
            <th scope="row" className="px-3 py-2 text-start font-normal">
              {store}
            </th>
            <td>{product}</td>
            <td className="tabular-nums">{format.number(removed)}</td>
            <td className="tabular-nums">{format.number(left)}</td>
          </tr>
        ))}
      </Table>
      {pending.map(({ reason: why, source }) => (
        <p key={source} className="text-sm text-warn">
          {t('memory.certificate.pending', { source, reason: why })}
        </p>
      ))}
    </div>
  );
}
