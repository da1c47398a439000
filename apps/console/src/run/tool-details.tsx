import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { actionsQuery } from '../api/queries.ts';
import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { visible } from '../ui/visible.ts';
import { OutputBox } from './output-box.tsx';
import type { ActionItem } from './item.ts';

/** A tool call: what it was given, what it printed, what it gave back. */
export function ToolDetails({ item, runId }: { item: ActionItem; runId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [whole, setWhole] = useState(false);
  const { command, ...rest } = item.arguments ?? {};
  const given = typeof command === 'string' ? rest : (item.arguments ?? {});
  const printed = hasPrinted(item.result);
  const { progress } = item;
  return (
    <div className="flex flex-col gap-2">
      {typeof command === 'string' && <CodeBox label={t('run.command')} text={command} />}
      {Object.keys(given).length > 0 && (
        <Fold
          title={t('run.arguments')}
          text={JSON.stringify(given, undefined, 2)}
          open={typeof command !== 'string'}
        />
      )}
      {progress && (
        <p className="text-sm text-soft">
          {progress.fraction >= 0 && (
            <progress value={progress.fraction} max={1} aria-label={t('run.progress')} className="me-2 align-middle" />
          )}
          {progress.fraction >= 0 ? `${format.percent(progress.fraction)} ` : ''}
          {progress.message}
        </p>
      )}
      {item.text !== '' && <OutputBox text={item.text} />}
      {item.result !== undefined && (
        <Fold title={t('run.result')} text={pretty(item.result)} open={item.text === '' && !printed} />
      )}
      {isCut(item.result) && (
        <Button small className="self-start" onClick={() => setWhole(true)}>
          {t('run.showWhole')}
        </Button>
      )}
      {whole && <Whole runId={runId} actionId={item.id} />}
      {item.artifacts.length > 0 && (
        <p className="text-sm text-soft">
          {t('run.made')} <span className="font-mono break-all">{visible(item.artifacts.join(', '))}</span>
        </p>
      )}
    </div>
  );
}

function Fold({ open, text, title }: { title: string; text: string; open: boolean }) {
  return (
    <details open={open}>
      <summary className="text-sm text-soft">{title}</summary>
      <CodeBox label={title} text={text} />
    </details>
  );
}

/** All of what the events show the beginning of. */
function Whole({ actionId, runId }: { runId: string; actionId: string }) {
  const { t } = useTranslation();
  const { data: actions = [] } = useQuery(actionsQuery(runId));
  const action = actions.find(({ id }) => id === actionId);
  return <CodeBox label={t('run.result')} text={pretty(action?.result ?? {})} />;
}

function pretty(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

function isCut(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'truncated' in value && value.truncated === true;
}

function hasPrinted(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'exit_code' in value;
}
