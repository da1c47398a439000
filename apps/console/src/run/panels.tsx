import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Run } from '../api/client.ts';
import { withMoreTexts } from '../i18n/index.ts';
import { Loading } from '../ui/loading.tsx';
import { Tabs } from '../ui/tabs.tsx';
import type { RunLog } from './log.ts';
import { Transcript } from './transcript.tsx';
import { useWide } from './use-wide.ts';

const Waterfall = lazy(async () => ({ default: (await import('./waterfall.tsx')).Waterfall }));
const Terminal = lazy(async () => ({ default: (await import('./terminal.tsx')).Terminal }));
const Files = lazy(async () => ({ default: (await import('./files.tsx')).Files }));
const BrowserPanel = lazy(async () => ({
  default: (await withMoreTexts(import('./browser/panel.tsx'))).BrowserPanel,
}));
const Details = lazy(async () => ({ default: (await import('./details.tsx')).Details }));

/** What a panel is given: the run as it stands where the scrubber is. */
export interface PanelProps {
  readonly run: Run;
  readonly log: RunLog;
  /** Changes with the log, which is changed in place. */
  readonly version: number;
  /** Where the scrubber stands; undefined: live. */
  readonly seq: number | undefined;
  /** The action that was chosen last, in whichever panel. */
  readonly chosen: string;
  readonly onChoose: (actionId: string) => void;
}

const SIDE = ['waterfall', 'terminal', 'files', 'browser', 'details'] as const;
const ALL = ['transcript', ...SIDE] as const;

/** Transcript beside the other views; on a narrow screen all of them are tabs. */
export function Panels(props: PanelProps) {
  const { t } = useTranslation();
  const wide = useWide();
  const [side, setSide] = useState<(typeof SIDE)[number]>('waterfall');
  const [one, setOne] = useState<(typeof ALL)[number]>('transcript');
  const choose = (id: string) => {
    props.onChoose(id);
    if (!wide && id !== '') setOne('transcript');
  };
  const panel = (name: (typeof ALL)[number]) => (
    <Suspense fallback={<Loading />}>
      {name === 'transcript' && <Transcript {...props} />}
      {name === 'waterfall' && <Waterfall {...props} onChoose={choose} />}
      {name === 'terminal' && <Terminal {...props} />}
      {name === 'files' && <Files {...props} onChoose={choose} />}
      {name === 'browser' && <BrowserPanel {...props} />}
      {name === 'details' && <Details {...props} />}
    </Suspense>
  );
  const label = (name: (typeof ALL)[number]) => t(`run.panel.${name}`);
  // A run that never called its browser has none; who looks at one when the run ends stays there.
  const seen = (name: (typeof ALL)[number]) =>
    name !== 'browser' || usesBrowser(props.log) || side === name || one === name;
  if (!wide) {
    return (
      <Tabs
        label={t('run.panel.label')}
        tabs={ALL.filter(seen).map((name) => ({ name, label: label(name) }))}
        value={one}
        onChange={setOne}
      >
        {panel(one)}
      </Tabs>
    );
  }
  return (
    <div
      // A page in a browser needs the room to be read, and to be clicked in.
      className={`grid gap-4 ${side === 'browser' ? 'grid-cols-[minmax(0,1fr)_minmax(0,2fr)]' : 'grid-cols-[minmax(0,3fr)_minmax(0,2fr)]'}`}
    >
      <section aria-label={t('run.panel.transcript')} className="min-w-0">
        {panel('transcript')}
      </section>
      <div className="min-w-0">
        <Tabs
          label={t('run.panel.label')}
          tabs={SIDE.filter(seen).map((name) => ({ name, label: label(name) }))}
          value={side}
          onChange={setSide}
        >
          {panel(side)}
        </Tabs>
      </div>
    </div>
  );
}

/** Whether the run, which goes on, has called its browser. */
function usesBrowser({ actions, endedAt }: RunLog): boolean {
  return endedAt === undefined && [...actions.values()].some(({ name }) => name.startsWith('browser_'));
}
