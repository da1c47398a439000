import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { newId } from '../ui/new-id.ts';
import { useProblem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { upload } from './upload.ts';

/** Something that the run may read: an uploaded file, or a path on the server's machine. */
export interface Attached {
  readonly key: string;
  readonly name: string;
  readonly size: number | undefined;
  readonly path?: string;
  readonly upload?: string;
  readonly state: 'sending' | 'there' | 'failed';
  readonly problem?: string;
}

/** Files for the task: dropped, chosen, or named as paths. They lie under /input for the agent, read-only. */
export function FileInputs(props: {
  files: readonly Attached[];
  onChange: (change: (files: readonly Attached[]) => readonly Attached[]) => void;
}) {
  const { files, onChange } = props;
  const { t } = useTranslation();
  const problem = useProblem();
  const id = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const [path, setPath] = useState('');
  const set = (key: string, change: Partial<Attached>) =>
    onChange((before) => before.map((file) => (file.key === key ? { ...file, ...change } : file)));
  const send = async (file: File) => {
    const key = newId();
    onChange((before) => [...before, { key, name: file.name, size: file.size, state: 'sending' }]);
    try {
      const { id: uploaded } = await upload(file);
      set(key, { upload: uploaded, state: 'there' });
    } catch (error) {
      set(key, { state: 'failed', problem: problem(error) });
    }
  };
  const sendAll = (list: FileList | null) => {
    for (const file of list ?? []) void send(file);
  };
  const addPath = () => {
    const named = path.trim();
    const name = named.replace(/\/+$/, '').split('/').at(-1) ?? named;
    onChange((before) => [...before, { key: newId(), name, size: undefined, path: named, state: 'there' }]);
    setPath('');
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping is one way more; the chooser in it has the keys.
    <fieldset
      className="flex min-w-0 flex-col gap-3 rounded-lg border border-dashed border-field p-3"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        sendAll(event.dataTransfer.files);
      }}
    >
      <legend className="px-1 text-sm font-medium">{t('tasks.files.title')}</legend>
      <label htmlFor={id} className="text-sm text-soft">
        {t('tasks.files.hint')}
      </label>
      <input
        ref={chooser}
        id={id}
        type="file"
        multiple
        onChange={({ target }) => {
          sendAll(target.files);
          target.value = '';
        }}
      />
      <div className="flex flex-wrap items-end gap-2">
        <div className="grow">
          <TextField
            label={t('tasks.files.path')}
            value={path}
            spellCheck={false}
            onChange={(event) => setPath(event.target.value)}
          />
        </div>
        <Button disabled={path.trim() === ''} onClick={addPath}>
          {t('tasks.files.add')}
        </Button>
      </div>
      <FileList files={files} onRemove={(key) => onChange((before) => before.filter((file) => file.key !== key))} />
    </fieldset>
  );
}

function FileList({ files, onRemove }: { files: readonly Attached[]; onRemove: (key: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul aria-label={t('tasks.files.title')} aria-live="polite" className="flex flex-col gap-1 text-sm">
      {files.map(({ key, name, path, problem, size, state }) => (
        <li key={key} className="flex flex-wrap items-center gap-2">
          <span className="font-mono break-all">{visible(path ?? name)}</span>
          {size !== undefined && <span className="text-soft">{format.bytes(size)}</span>}
          <span className={state === 'failed' ? 'text-bad' : 'text-soft'}>
            {state === 'failed' ? problem : t(`tasks.files.state.${state}`)}
          </span>
          <Button small look="quiet" aria-label={t('tasks.files.remove', { name })} onClick={() => onRemove(key)}>
            <span aria-hidden="true">✕</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}
