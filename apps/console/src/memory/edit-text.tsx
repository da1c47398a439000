import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import { Button } from '../ui/button.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { TextArea } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { type Memory, memoryQuery, refreshMemory, type Viewer, whose } from './queries.ts';

/** Edits the text in place. A change is bound to the revision that it was made from: what somebody else wrote is not lost. */
export function EditText({ memory, onClose, viewer }: { memory: Memory; viewer: Viewer; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const [base, setBase] = useState(memory.revision);
  const [text, setText] = useState(memory.text);
  const [theirs, setTheirs] = useState<Memory>();
  const saving = useMutation({
    mutationFn: () => {
      const params = { path: { id: memory.id }, query: whose(viewer) };
      return ask(api.PATCH('/api/v1/memory/memories/{id}', { params, body: { revision: base, text } }));
    },
    onSuccess: async () => {
      await refreshMemory(queries);
      toast(t('memory.act.saved'));
      onClose();
    },
    onError: async (error) => {
      if (!(error instanceof ApiError && error.status === 409)) return;
      const { memory: current } = await queries.fetchQuery({ ...memoryQuery(memory.id, viewer), staleTime: 0 });
      setTheirs(current);
    },
  });
  const goOn = (next?: string) => {
    if (theirs) setBase(theirs.revision);
    if (next !== undefined) setText(next);
    setTheirs(undefined);
    saving.reset();
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <TextArea
        label={t('memory.one.editing')}
        rows={8}
        required
        maxLength={32_000}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the reader has just asked to edit.
        autoFocus
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {theirs ? (
        <div role="alert" className="flex flex-col gap-2 rounded-md border border-warn bg-warn-soft p-3">
          <p className="text-warn">{t('memory.one.conflict')}</p>
          <CodeBox label={t('memory.one.text')} text={theirs.text} />
          <div className="flex flex-wrap gap-2">
            <Button small onClick={() => goOn(theirs.text)}>
              {t('memory.one.takeTheirs')}
            </Button>
            <Button small onClick={() => goOn()}>
              {t('memory.one.keepMine')}
            </Button>
          </div>
        </div>
      ) : (
        saving.error && <Problem error={saving.error} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={saving.isPending || theirs !== undefined || text.trim() === ''}>
          {t('memory.act.save')}
        </Button>
        <Button onClick={onClose}>{t('app.cancel')}</Button>
      </div>
    </form>
  );
}
