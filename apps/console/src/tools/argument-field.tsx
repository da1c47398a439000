import { useTranslation } from 'react-i18next';

import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { Field, FieldProblem } from './arguments.ts';

/** The field for one argument of a tool. */
export function ArgumentField(props: {
  field: Field;
  value: string;
  problem: FieldProblem | undefined;
  onChange: (value: string) => void;
}) {
  const { field, onChange, problem, value } = props;
  const { t } = useTranslation();
  const { choices, description, kind, name, required } = field;
  const about = {
    label: required ? `${name} *` : name,
    // Written for the model.
    hint: description === '' ? undefined : <span lang="en">{description}</span>,
    error: problem && t(`tools.try.${problem}`),
    required,
    value,
  };
  if (kind === 'choice' || kind === 'boolean') {
    return (
      <SelectField {...about} onChange={({ target }) => onChange(target.value)}>
        <option value="">{t('tools.try.leaveOut')}</option>
        {(kind === 'boolean' ? ['true', 'false'] : choices).map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </SelectField>
    );
  }
  if (kind === 'number') {
    return <TextField {...about} inputMode="decimal" onChange={({ target }) => onChange(target.value)} />;
  }
  return (
    <TextArea
      {...about}
      rows={kind === 'json' ? 3 : 1}
      spellCheck={false}
      className="field-sizing-content max-h-60 font-mono text-sm"
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
