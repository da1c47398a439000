import { type KeyboardEvent, type ReactNode, useId } from 'react';

/** Tabs as WAI-ARIA has them: arrow keys move, one panel is shown. */
export function Tabs<Name extends string>(props: {
  label: string;
  tabs: readonly { readonly name: Name; readonly label: string }[];
  value: Name;
  onChange: (name: Name) => void;
  children: ReactNode;
}) {
  const { children, label, onChange, tabs, value } = props;
  const id = useId();
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = tabs.findIndex(({ name }) => name === value);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? tabs.length - 1
          : step && (at + step + tabs.length) % tabs.length;
    const next = tabs[to];
    if (!next || (step === 0 && event.key !== 'Home' && event.key !== 'End')) return;
    event.preventDefault();
    onChange(next.name);
    document.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${next.name}`)}`)?.focus();
  };
  return (
    <div>
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the tabs in it have the focus. */}
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className="flex gap-1 overflow-x-auto border-b border-line"
      >
        {tabs.map((tab) => (
          <button
            key={tab.name}
            id={`${id}-${tab.name}`}
            type="button"
            role="tab"
            aria-selected={tab.name === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.name === value ? 0 : -1}
            onClick={() => onChange(tab.name)}
            className="min-h-9 border-b-2 border-transparent px-3 whitespace-nowrap text-soft aria-selected:border-accent aria-selected:font-semibold aria-selected:text-accent"
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${value}`} className="pt-2">
        {children}
      </div>
    </div>
  );
}
