import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { SelectField, TextField } from '../ui/field.tsx';
import { useProblem } from '../ui/problem.tsx';
import { upload } from './upload.ts';

/** One parameter of a playbook. */
export interface Parameter {
  readonly name: string;
  readonly type: 'text' | 'number' | 'boolean';
  /** It names something on the server's machine; an uploaded file will do. */
  readonly isPath: boolean;
  readonly description: string;
  readonly descriptionZh: string;
  readonly choices: readonly string[];
  readonly initial: string;
  readonly required: boolean;
}

/** The field for a parameter; a path can be typed, or a file uploaded in its place. */
export function ParameterField(props: { parameter: Parameter; value: string; onChange: (value: string) => void }) {
  const { onChange, parameter, value } = props;
  const { i18n, t } = useTranslation();
  const { choices, description, descriptionZh, isPath, name, required, type } = parameter;
  const about = i18n.language === 'zh' && descriptionZh !== '' ? descriptionZh : description;
  const options = type === 'boolean' ? ['true', 'false'] : choices;
  if (options.length > 0) {
    return (
      <SelectField
        label={name}
        hint={about}
        value={value}
        required={required}
        onChange={(event) => onChange(event.target.value)}
      >
        {!required && !options.includes(value) && <option value="">{t('tasks.any')}</option>}
        {options.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </SelectField>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <TextField
        label={name}
        hint={isPath ? `${about} ${t('tasks.pathHint')}`.trim() : about}
        type={type === 'number' ? 'number' : 'text'}
        value={value}
        required={required}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      {isPath && <UploadInstead onDone={(id) => onChange(`upload:${id}`)} />}
    </div>
  );
}

function UploadInstead({ onDone }: { onDone: (id: string) => void }) {
  const { t } = useTranslation();
  const problem = useProblem();
  const id = useId();
  const [said, setSaid] = useState('');
  const send = async (file: File) => {
    setSaid(t('tasks.files.sending', { name: file.name }));
    try {
      onDone((await upload(file)).id);
      setSaid(t('tasks.files.sent', { name: file.name }));
    } catch (error) {
      setSaid(problem(error));
    }
  };
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <label htmlFor={id}>{t('tasks.files.instead')}</label>
      <input
        id={id}
        type="file"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) void send(file);
        }}
      />
      <span role="status" className="text-soft">
        {said}
      </span>
    </div>
  );
}
