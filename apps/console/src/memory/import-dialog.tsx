import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { type Imported, refreshMemory, sendFile } from './queries.ts';

/** Takes in memories from a file of JSON Lines, and names the lines that were wrong. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const field = useId();
  const [file, setFile] = useState<File>();
  const taking = useMutation({
    mutationFn: (chosen: File) => sendFile<Imported>('/api/v1/memory/import', chosen, 'application/x-ndjson'),
    onSuccess: () => refreshMemory(queries),
  });
  return (
    <Dialog title={t('memory.port.import')} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (file) taking.mutate(file);
        }}
      >
        <p className="text-soft">{t('memory.port.lead')}</p>
        <label htmlFor={field} className="text-sm font-medium">
          {t('memory.port.file')}
        </label>
        <input
          id={field}
          type="file"
          accept=".jsonl,.ndjson,.json,application/x-ndjson"
          onChange={({ target }) => setFile(target.files?.[0])}
        />
        {taking.error && <Problem error={taking.error} />}
        {taking.data && (
          <div role="status" className="flex flex-col gap-2">
            <p>
              {t('memory.port.done', {
                imported: taking.data.imported,
                known: taking.data.known,
                quarantined: taking.data.quarantined,
                failed: taking.data.failed,
              })}
            </p>
            {taking.data.problems.length > 0 && (
              <ul aria-label={t('memory.port.problems')} className="max-h-48 overflow-y-auto text-sm text-bad">
                {taking.data.problems.map(({ line, message }) => (
                  <li key={line} className="break-words">
                    {t('memory.port.problem', { line, message: visible(message) })}
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('app.close')}</Button>
          <Button type="submit" look="primary" disabled={!file || taking.isPending}>
            {t('memory.port.import')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
