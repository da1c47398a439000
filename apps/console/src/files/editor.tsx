import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import { conflictOf } from './conflict.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { kindOf } from './content-kind.ts';
import { contentQuery, MOST_TEXT_BYTES, refreshFiles, type Version, writeFile } from './queries.ts';

interface Saving {
  readonly content: Blob;
  readonly base: number;
}

/**
 * Makes a new version: of a text that is edited here, or of a file. What somebody else wrote in the meantime is never
 * overwritten; a merge of both is offered then.
 */
export function Editor(props: {
  path: string;
  newest: Version;
  onClose: () => void;
  onSaved: (shown: { version: number }) => void;
}) {
  const { onClose, onSaved, path } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  const fileId = useId();
  // The version that this change is made from, whatever comes while one types.
  const [newest] = useState(props.newest);
  const [typed, setTyped] = useState<string>();
  const [message, setMessage] = useState('');
  const mayBeText = newest.size <= MOST_TEXT_BYTES && !newest.deleted;
  const { data, error } = useQuery({ ...contentQuery(path, newest.version), enabled: mayBeText });
  const content = data && kindOf(path, data);
  const text = typed ?? (newest.deleted ? '' : content?.kind === 'text' ? content.text : undefined);
  const saving = useMutation({
    mutationFn: ({ base, content: body }: Saving) => writeFile(path, body, base, message),
    onSuccess: async ({ version }) => {
      await refreshFiles(queries);
      onSaved({ version });
      toast(t('files.saved', { version }));
      onClose();
    },
  });
  const conflict = conflictOf(saving.error);
  const save = (body: Blob, base: number) => saving.mutate({ content: body, base });
  return (
    <Dialog wide title={t('files.editing', { path })} onClose={onClose}>
      {conflict ? (
        <ConflictNotice
          conflict={conflict}
          isSaving={saving.isPending}
          onSave={(merged) => save(new Blob([merged]), conflict.current)}
        />
      ) : (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (text !== undefined) save(new Blob([text]), newest.version);
          }}
        >
          {error && <Problem error={error} />}
          {mayBeText && !data && !error && <Loading />}
          {text !== undefined && (
            <TextArea
              data-focus-first
              label={t('files.text')}
              rows={14}
              className="font-mono text-sm"
              spellCheck={false}
              value={text}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
          <TextField
            label={t('files.message')}
            maxLength={1000}
            value={message}
            onChange={({ target }) => setMessage(target.value)}
          />
          {saving.error && <Problem error={saving.error} />}
          {text !== undefined && (
            <Button type="submit" look="primary" className="self-start" disabled={saving.isPending}>
              {t('files.save')}
            </Button>
          )}
          <div className="flex flex-wrap items-center gap-2 border-t border-line pt-3">
            <label htmlFor={fileId}>{t('files.upload')}</label>
            <input
              id={fileId}
              type="file"
              disabled={saving.isPending}
              onChange={({ target }) => {
                const file = target.files?.[0];
                if (file) save(file, newest.version);
              }}
            />
          </div>
        </form>
      )}
    </Dialog>
  );
}
