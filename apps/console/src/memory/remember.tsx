import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { newId } from '../ui/new-id.ts';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { Check } from './filters.tsx';
import { refreshMemory } from './queries.ts';

/** Writes one memory by hand. Sent again after a failure it is still one. */
export function Remember({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const [text, setText] = useState('');
  const [shared, setShared] = useState(false);
  const [pinned, setPinned] = useState(false);
  const [id, setId] = useState(newId);
  const saving = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/memory/memories', {
          body: { memories: [{ id, text, pinned }], ...(shared ? { user: '' } : {}) },
        }),
      ),
    onSuccess: async ({ remembered: [one] }) => {
      await refreshMemory(queries);
      toast(t(`memory.remember.${one?.as ?? 'new'}`));
      onClose();
    },
  });
  return (
    <Dialog title={t('memory.remember.open')} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <TextArea
          data-focus-first
          label={t('memory.remember.text')}
          required
          maxLength={32_000}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setId(newId());
          }}
        />
        <Check label={t('memory.remember.shared')} checked={shared} onChange={setShared} />
        <Check label={t('memory.remember.pinned')} checked={pinned} onChange={setPinned} />
        {saving.error && <Problem error={saving.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" look="primary" disabled={saving.isPending || text.trim() === ''}>
            {t('memory.remember.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
