import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Table } from '../ui/table.tsx';
import { visible } from '../ui/visible.ts';
import type { Version } from './queries.ts';
import { Who } from './who.tsx';

/** The versions of a file, newest first: who made each, and what can be done with it. */
export function Versions(props: {
  path: string;
  versions: readonly Version[];
  shown: number | undefined;
  onShow: (version: number) => void;
  onCompare: (version: number) => void;
  onRollBack: ((version: number) => void) | undefined;
}) {
  const { onCompare, onRollBack, onShow, path, shown, versions } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const head = ['version', 'size', 'by', 'at', 'message', 'actions'] as const;
  const newest = versions[0]?.version;
  return (
    <Table caption={t('files.versions', { path })} head={head.map((name) => t(`files.col.${name}`))}>
      {versions.map((one) => {
        const { at, deleted, message, size, version } = one;
        return (
          <tr key={version} className={version === shown ? 'bg-accent-soft' : ''}>
            <th scope="row" className="px-3 py-2 text-start align-top font-medium whitespace-nowrap">
              .v{version} {version === newest && <Badge tone="ok">{t('files.newest')}</Badge>}{' '}
              {deleted && <Badge tone="bad">{t('files.isDeleted')}</Badge>}
            </th>
            <td className="whitespace-nowrap tabular-nums">{deleted ? '' : format.bytes(size)}</td>
            <td className="min-w-32">
              <Who version={one} />
            </td>
            <td className="whitespace-nowrap">
              <time dateTime={at}>{format.time(at)}</time>
            </td>
            <td className="min-w-40 break-words">{visible(message)}</td>
            <td>
              <span className="flex flex-wrap gap-1">
                <Button
                  small
                  aria-label={t('files.showOf', { version })}
                  aria-pressed={version === shown}
                  onClick={() => onShow(version)}
                >
                  {t('files.show')}
                </Button>
                {version !== newest && !deleted && (
                  <>
                    <Button small aria-label={t('files.compareOf', { version })} onClick={() => onCompare(version)}>
                      {t('files.compare')}
                    </Button>
                    {onRollBack && (
                      <Button small aria-label={t('files.rollbackOf', { version })} onClick={() => onRollBack(version)}>
                        {t('files.rollback')}
                      </Button>
                    )}
                  </>
                )}
              </span>
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
