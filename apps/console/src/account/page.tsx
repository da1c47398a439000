import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../api/queries.ts';
import { chooseTheme, THEMES, useTheme } from '../app/theme.ts';
import { changeLanguage, LANGUAGES } from '../i18n/index.ts';
import { SelectField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { NameForm } from './name-form.tsx';
import { PasswordForm } from './password-form.tsx';

const NATIVE = { en: 'English', zh: '中文' } as const;

/** Who one is, what one may do, the password, and how the console looks here. */
export function AccountPage() {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  return (
    <Page title={t('nav.account')}>
      {me.error && !me.data && <Problem error={me.error} onRetry={() => void me.refetch()} />}
      {me.isPending && !me.error && <Loading />}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        {me.data && (
          <Card title={t('account.who')}>
            {me.data.user ? (
              <NameForm key={me.data.user.name} name={me.data.user.name} />
            ) : (
              <p className="text-soft">{t('account.noUser')}</p>
            )}
            <dl className="grid grid-cols-1 gap-x-4 sm:grid-cols-[auto_1fr] sm:gap-y-2">
              {me.data.user && <Row name={t('account.email')}>{visible(me.data.user.email)}</Row>}
              <Row name={t('account.role')}>{t(`role.${me.data.role}`)}</Row>
              <Row name={t('account.scopes')}>
                <span className="font-mono text-sm">{me.data.scopes.join(', ')}</span>
              </Row>
            </dl>
          </Card>
        )}
        {me.data?.kind === 'session' && (
          <Card title={t('account.password.title')}>
            <PasswordForm email={me.data.user?.email ?? ''} />
          </Card>
        )}
        <Look />
      </div>
    </Page>
  );
}

function Look() {
  const { i18n, t } = useTranslation();
  const theme = useTheme();
  return (
    <Card title={t('account.look')}>
      <p className="text-sm text-soft">{t('account.lookLead')}</p>
      <SelectField
        label={t('account.language')}
        value={i18n.language}
        onChange={({ target }) => void changeLanguage(LANGUAGES.find((one) => one === target.value) ?? 'en')}
      >
        {LANGUAGES.map((language) => (
          <option key={language} value={language} lang={language === 'zh' ? 'zh-CN' : 'en'}>
            {NATIVE[language]}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('app.theme')}
        value={theme}
        onChange={({ target }) => chooseTheme(THEMES.find((one) => one === target.value) ?? 'system')}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {t(`theme.${one}`)}
          </option>
        ))}
      </SelectField>
    </Card>
  );
}

function Card({ children, title }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-4">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Row({ children, name }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-soft">{name}</dt>
      <dd className="break-words max-sm:mb-2">{children}</dd>
    </div>
  );
}
