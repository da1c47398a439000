import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, buttonClass } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import type { Conflict } from './conflict.ts';
import { draftUrl } from './draft.tsx';

/** A write came too late: what is kept of it, and a merge that can be looked at, settled and saved. */
export function ConflictNotice(props: { conflict: Conflict; isSaving: boolean; onSave: (merged: string) => void }) {
  const { conflict, isSaving, onSave } = props;
  const { t } = useTranslation();
  const { base, current, draft, merge, merged } = conflict;
  const [typed, setTyped] = useState<{ readonly of: number; readonly text: string }>();
  const text = typed?.of === current ? typed.text : merged;
  return (
    <div className="flex flex-col gap-3">
      <div role="alert" className="rounded-md border border-warn bg-warn-soft p-3 text-warn">
        <p className="font-semibold">{t('files.conflict.title')}</p>
        <p>{t('files.conflict.lead', { base, current })}</p>
        <p>{t(`files.conflict.${merge}`)}</p>
      </div>
      {text !== undefined && (
        <TextArea
          label={t('files.conflict.merged')}
          rows={14}
          className="font-mono text-sm"
          spellCheck={false}
          value={text}
          onChange={({ target }) => setTyped({ of: current, text: target.value })}
        />
      )}
      <div className="flex flex-wrap gap-2">
        {text !== undefined && (
          <Button look="primary" disabled={isSaving} onClick={() => onSave(text)}>
            {t('files.conflict.save')}
          </Button>
        )}
        {draft !== undefined && (
          <a href={draftUrl(draft)} download={`draft-${draft}`} className={buttonClass()}>
            {t('files.conflict.draft')}
          </a>
        )}
      </div>
    </div>
  );
}
