import { useTranslation } from 'react-i18next';

import type { Connection } from './stream.ts';

/** Says when the stream is broken: the run is not, and the page goes on where it was. */
export function ConnectionNotice({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const text =
    connection.state === 'retrying'
      ? t('run.reconnecting', { attempt: connection.attempt })
      : connection.state === 'failed'
        ? t('run.streamFailed')
        : '';
  return (
    <div role="status">
      {text !== '' && <p className="rounded-md border border-warn bg-warn-soft px-3 py-2 text-warn">{text}</p>}
    </div>
  );
}
