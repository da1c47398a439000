import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { refreshFiles, writeFile } from './queries.ts';

/** Makes the first version of a file: of a text, or of a file that one has. */
export function NewFile({ onClose, prefix }: { prefix: string; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const fileId = useId();
  const [path, setPath] = useState(prefix);
  const [text, setText] = useState('');
  const [file, setFile] = useState<File>();
  const saving = useMutation({
    mutationFn: () => writeFile(path.trim(), file ?? new Blob([text]), 0, ''),
    onSuccess: async (made) => {
      await refreshFiles(queries);
      onClose();
      await navigate({ to: '/files', search: { path: made.path } });
    },
  });
  return (
    <Dialog wide title={t('files.newFile')} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <TextField
          data-focus-first
          required
          label={t('files.newPath')}
          hint={t('files.newHint')}
          autoComplete="off"
          spellCheck={false}
          value={path}
          onChange={({ target }) => setPath(target.value)}
        />
        {!file && (
          <TextArea
            label={t('files.text')}
            rows={8}
            className="font-mono text-sm"
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
        <div className="flex flex-wrap items-center gap-2">
          <label htmlFor={fileId}>{t('files.chosen')}</label>
          <input id={fileId} type="file" onChange={({ target }) => setFile(target.files?.[0])} />
        </div>
        {saving.error && <Problem error={saving.error} />}
        <Button type="submit" look="primary" className="self-start" disabled={saving.isPending || path.trim() === ''}>
          {t('files.save')}
        </Button>
      </form>
    </Dialog>
  );
}
