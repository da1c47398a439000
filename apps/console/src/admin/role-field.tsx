import { useTranslation } from 'react-i18next';

import { SelectField } from '../ui/field.tsx';
import type { Role } from './roles.ts';

/** Which role, and what it may do. */
export function RoleField({
  onChange,
  roles,
  value,
}: {
  roles: readonly Role[];
  value: Role;
  onChange: (role: Role) => void;
}) {
  const { t } = useTranslation();
  return (
    <SelectField
      label={t('admin.role.label')}
      hint={t(`admin.role.${value}`)}
      value={value}
      onChange={(event) => onChange(roles.find((role) => role === event.target.value) ?? value)}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {t(`role.${role}`)}
        </option>
      ))}
    </SelectField>
  );
}
