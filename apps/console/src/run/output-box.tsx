import { useTranslation } from 'react-i18next';

import { ansiSpans } from './ansi.ts';
import { AnsiText } from './ansi-text.tsx';

/** Lines of a tool's output that its row shows; the terminal has all of them. */
const LINES = 12;
const LINE_CHARS = 500;

/** The end of what a tool printed. */
export function OutputBox({ text }: { text: string }) {
  const { t } = useTranslation();
  const lines = text.replace(/\r?\n$/, '').split('\n');
  const shown = lines.slice(-LINES);
  return (
    <div>
      {lines.length > LINES && (
        <p className="text-xs text-soft">{t('run.moreLines', { count: lines.length - LINES })}</p>
      )}
      <pre
        role="region"
        aria-label={t('run.output')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="overflow-x-auto rounded-md border border-line bg-raised p-2 font-mono text-xs"
      >
        {shown.map((line, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the lines have no other identity.
          <div key={index}>
            <AnsiText spans={ansiSpans(line.slice(0, LINE_CHARS))} />
            {'\n'}
          </div>
        ))}
      </pre>
    </div>
  );
}
