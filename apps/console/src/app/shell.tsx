import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../api/queries.ts';
import { changeLanguage, type Language } from '../i18n/index.ts';
import { Button } from '../ui/button.tsx';
import { ToastHost } from '../ui/toast.tsx';
import { ACCOUNT, ADMIN, type Place, WORK } from './nav.ts';
import { OfflineNotice } from './offline.tsx';
import { chooseTheme, THEMES, useTheme } from './theme.ts';
import { UpdateNotice } from './update.tsx';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** The frame of every page: where one can go, who one is, language and theme, and the keyboard palette. */
export function Shell() {
  const { t } = useTranslation();
  const [palette, setPalette] = useState(false);
  const [menu, setMenu] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  // A menu that was opened on a phone ends where it has led to.
  useEffect(() => setMenu(false), [path]);
  return (
    <ToastHost>
      <a
        href="#main"
        className="absolute start-2 -top-20 z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:top-2"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('app.skip')}
      </a>
      <div className="flex min-h-dvh flex-col md:flex-row">
        <header className="flex shrink-0 flex-col border-line bg-surface max-md:border-b md:sticky md:top-0 md:h-dvh md:w-56 md:border-e">
          <div className="flex items-center justify-between gap-2 p-3">
            <Link to="/" className="flex items-center gap-2 font-semibold text-text no-underline">
              <img src="/icon.svg" alt="" width="28" height="28" />
              Holdfast <span lang="zh-CN">磐石</span>
            </Link>
            <Button
              look="quiet"
              small
              className="md:hidden"
              aria-expanded={menu}
              aria-controls="navigation"
              onClick={() => setMenu(!menu)}
            >
              {t('app.menu')}
            </Button>
          </div>
          <div id="navigation" className={`${menu ? 'flex' : 'hidden'} grow flex-col overflow-y-auto md:flex`}>
            <Navigation />
            <div className="mt-auto flex flex-col gap-2 border-t border-line p-3">
              <Button small onClick={() => setPalette(true)} aria-keyshortcuts="Control+K">
                {t('palette.open')} <kbd className="text-xs text-soft">Ctrl-K</kbd>
              </Button>
              <Preferences />
              <Who />
            </div>
          </div>
        </header>
        <main ref={main} id="main" tabIndex={-1} className="min-w-0 grow p-4 outline-none md:p-6">
          <OfflineNotice />
          <UpdateNotice />
          <Outlet />
        </main>
      </div>
      <Suspense>{palette && <Palette onClose={() => setPalette(false)} />}</Suspense>
    </ToastHost>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const seen = (places: readonly Place[]) => places.filter(({ scope }) => !scope || me?.scopes.includes(scope));
  const admin = seen(ADMIN);
  return (
    <nav aria-label={t('nav.label')} className="flex flex-col gap-4 p-3">
      <Places places={seen(WORK)} />
      {admin.length > 0 && (
        <div>
          <h2 className="px-2 pb-1 text-xs font-semibold tracking-wide text-soft uppercase">
            <Link to="/admin" className="text-soft no-underline hover:underline">
              {t('nav.admin')}
            </Link>
          </h2>
          <Places places={admin} />
        </div>
      )}
    </nav>
  );
}

function Places({ places }: { places: readonly Place[] }) {
  const { t } = useTranslation();
  return (
    <ul className="flex flex-col gap-0.5">
      {places.map(({ icon, label, to }) => (
        <li key={label}>
          <Link
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className="flex min-h-9 items-center gap-2 rounded-md px-2 text-text no-underline hover:bg-raised aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent"
          >
            <span aria-hidden="true" className="w-5 text-center">
              {icon}
            </span>
            {t(`nav.${label}`)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Preferences() {
  const { i18n, t } = useTranslation();
  const theme = useTheme();
  const other: Language = i18n.language === 'zh' ? 'en' : 'zh';
  const box = 'min-h-8 rounded-md border border-field bg-surface px-2 text-sm text-text';
  return (
    <div className="flex gap-2">
      <button
        type="button"
        className={`${box} grow`}
        lang={other === 'zh' ? 'zh-CN' : 'en'}
        onClick={() => void changeLanguage(other)}
      >
        {other === 'zh' ? '中文' : 'English'}
      </button>
      <select
        className={`${box} min-w-0 grow`}
        aria-label={t('app.theme')}
        value={theme}
        onChange={(event) => chooseTheme(THEMES.find((one) => one === event.target.value) ?? 'system')}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {t(`theme.${one}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Who() {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  if (!me) return null;
  return (
    <div className="flex items-center justify-between gap-2 text-sm">
      <Link to={ACCOUNT.to} className="min-w-0 break-words text-text">
        {me.user?.name ?? me.subject} <span className="text-soft">({t(`role.${me.role}`)})</span>
      </Link>
      <form method="post" action="/logout" className="shrink-0">
        <button type="submit" className="min-h-8 rounded-md px-2 whitespace-nowrap text-accent underline">
          {t('app.logout')}
        </button>
      </form>
    </div>
  );
}
