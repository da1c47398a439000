import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';
import { Check } from './filters.tsx';
import { type MemoryDocument, refreshMemory, sendFile } from './queries.ts';

const WAYS = ['upload', 'url', 'path'] as const;

/** Has a document read: a file of the reader, an address, or a path on the server. */
export function AddDocument({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const field = useId();
  const [way, setWay] = useState<(typeof WAYS)[number]>('upload');
  const [file, setFile] = useState<File>();
  const [named, setNamed] = useState('');
  const [shared, setShared] = useState(false);
  const adding = useMutation({
    mutationFn: () => {
      if (way === 'upload') {
        const query = new URLSearchParams({ name: file?.name ?? '', ...(shared ? { shared: 'true' } : {}) });
        const url = `/api/v1/memory/documents/content?${query.toString()}`;
        return sendFile<MemoryDocument>(url, file ?? new Blob(), 'application/octet-stream');
      }
      const from = way === 'url' ? { url: named.trim() } : { path: named.trim() };
      return ask(api.POST('/api/v1/memory/documents', { body: { ...from, ...(shared ? { user: '' } : {}) } }));
    },
    onSuccess: async ({ name }) => {
      await refreshMemory(queries);
      toast(t('memory.documents.added', { name: visible(name) }));
      onClose();
    },
  });
  const ready = way === 'upload' ? file !== undefined : named.trim() !== '';
  return (
    <Dialog title={t('memory.documents.add')} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          adding.mutate();
        }}
      >
        <SelectField
          data-focus-first
          label={t('memory.documents.how')}
          value={way}
          onChange={({ target }) => setWay(WAYS.find((one) => one === target.value) ?? 'upload')}
        >
          {WAYS.map((one) => (
            <option key={one} value={one}>
              {t(`memory.documents.${one}`)}
            </option>
          ))}
        </SelectField>
        {way === 'upload' ? (
          <div className="flex flex-col gap-1">
            <label htmlFor={field} className="text-sm font-medium">
              {t('memory.documents.file')}
            </label>
            <input id={field} type="file" onChange={({ target }) => setFile(target.files?.[0])} />
          </div>
        ) : (
          <TextField
            label={t(`memory.documents.${way}Label`)}
            type={way === 'url' ? 'url' : 'text'}
            maxLength={4096}
            autoComplete="off"
            spellCheck={false}
            value={named}
            onChange={({ target }) => setNamed(target.value)}
          />
        )}
        <Check label={t('memory.documents.shared')} checked={shared} onChange={setShared} />
        {adding.error && <Problem error={adding.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" look="primary" disabled={!ready || adding.isPending}>
            {t('memory.documents.go')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
