import { useSyncExternalStore } from 'react';

/** What may be chosen. */
export const THEMES = ['system', 'light', 'dark'] as const;
/** One of them; `system` follows the machine. */
export type Theme = (typeof THEMES)[number];

const KEY = 'holdfast.theme';
const listeners = new Set<() => void>();

/** The theme that was chosen in this browser. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Chooses a theme, keeps it in this browser, and shows it. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  showTheme();
  for (const listener of listeners) listener();
}

/** Follows the machine while nothing else was chosen. */
export function followSystemTheme(): void {
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showTheme);
  showTheme();
}

/** The chosen theme, for a component. */
export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, chosenTheme);
}

function showTheme(): void {
  const theme = chosenTheme();
  const dark = theme === 'dark' || (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}
