import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { refreshMemory, type Viewer, whoseBody } from './queries.ts';

/** Makes one memory of several, with a text of one's own or a summary. */
export function MergeDialog(props: {
  ids: readonly string[];
  viewer: Viewer;
  onClose: () => void;
  onMerged: () => void;
}) {
  const { ids, onClose, onMerged, viewer } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const [text, setText] = useState('');
  const merging = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/v1/memory/merge', { body: { ids: [...ids], text: text.trim(), ...whoseBody(viewer) } })),
    onSuccess: async () => {
      await refreshMemory(queries);
      toast(t('memory.merge.done'));
      onMerged();
    },
  });
  return (
    <Dialog title={t('memory.merge.title', { count: ids.length })} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          merging.mutate();
        }}
      >
        <p>{t('memory.merge.lead')}</p>
        <TextArea
          data-focus-first
          label={t('memory.merge.text')}
          hint={t('memory.merge.hint')}
          maxLength={32_000}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        {merging.error && <Problem error={merging.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" look="primary" disabled={merging.isPending}>
            {t('memory.act.merge')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
