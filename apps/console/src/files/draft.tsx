import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { buttonClass } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

/** The address of what is kept of a write that came too late. */
export function draftUrl(id: string): string {
  return `/api/v1/files/drafts/${encodeURIComponent(id)}`;
}

/** Takes out what is kept of a write that came too late, such as one of an agent. */
export function DraftByName() {
  const { t } = useTranslation();
  const [id, setId] = useState('');
  const fits = /^[\da-f]{16}$/.test(id.trim());
  return (
    <details className="rounded-lg border border-line bg-surface p-3">
      <summary>{t('files.draft.title')}</summary>
      <div className="mt-3 flex max-w-xl flex-col gap-3">
        <TextField
          label={t('files.draft.id')}
          hint={t('files.draft.lead')}
          autoComplete="off"
          spellCheck={false}
          value={id}
          onChange={({ target }) => setId(target.value)}
        />
        {fits && (
          <a href={draftUrl(id.trim())} download={`draft-${id.trim()}`} className={`${buttonClass()} self-start`}>
            {t('files.conflict.draft')}
          </a>
        )}
      </div>
    </details>
  );
}
