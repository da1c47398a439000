import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask, type Schema } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { CodeBox } from '../ui/code-box.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { ToolNames } from './tool-names.tsx';

/** A change of a skill is live within a second: so often it is looked, milliseconds. */
const LOOK_AGAIN_MS = 1500;
const TONE: Readonly<Record<Schema<'Skill'>['state'], Tone>> = {
  loading: 'neutral',
  ready: 'ok',
  stale: 'warn',
  broken: 'bad',
  hidden: 'neutral',
};

/** The skills that agents have: their versions, and what is wrong with those that are broken. */
export function Skills() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['skills'],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: async () => (await ask(api.GET('/api/v1/skills'))).skills,
  });
  return (
    <>
      <p className="max-w-3xl text-soft">{t('tools.skill.lead')}</p>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && !error && <Loading />}
      {data?.length === 0 && (
        <Empty title={t('tools.skill.emptyTitle')}>
          <p>{t('tools.skill.emptyLead')}</p>
          <CodeBox label={t('run.command')} text="holdfast skill new my-skill" />
        </Empty>
      )}
      <ul aria-label={t('tools.show.skills')} className="flex flex-col gap-3">
        {data?.map((skill) => (
          <Skill key={skill.source} skill={skill} />
        ))}
      </ul>
    </>
  );
}

function Skill({ skill }: { skill: Schema<'Skill'> }) {
  const { t } = useTranslation();
  const { description, name, problems, source, state, tools, trusted, version } = skill;
  return (
    <li className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="grow font-mono font-semibold break-all">{visible(name)}</h2>
        {trusted && <Badge title={t('tools.skill.trustedHelp')}>{t('tools.skill.trusted')}</Badge>}
        <Badge tone={TONE[state]}>{t(`tools.skill.state.${state}`)}</Badge>
      </div>
      {description !== '' && <p className="text-sm break-words">{visible(description)}</p>}
      {state === 'stale' && (
        <p className="rounded-md border border-warn bg-warn-soft p-2 text-warn">
          {t('tools.skill.stale', { version })}
        </p>
      )}
      {problems.length > 0 && <Problems name={name} problems={problems} />}
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
        <dt className="text-soft">{t('tools.skill.version')}</dt>
        <dd className="font-mono">{version === '' ? t('tools.skill.noVersion') : version}</dd>
        <dt className="text-soft">{t('tools.skill.source')}</dt>
        <dd className="font-mono break-all">{visible(source)}</dd>
        <dt className="text-soft">{t('tools.skill.tools')}</dt>
        <dd>{tools.length === 0 ? t('tools.skill.noTools') : <ToolNames names={tools} />}</dd>
        <Counts skill={skill} />
      </dl>
    </li>
  );
}

function Counts({ skill }: { skill: Schema<'Skill'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { lost_calls: calls, lost_hosts: hosts, retiring } = skill;
  return (
    <>
      {retiring > 0 && (
        <>
          <dt className="text-soft">{t('tools.skill.retiring')}</dt>
          <dd>{format.number(retiring)}</dd>
        </>
      )}
      {hosts > 0 && (
        <>
          <dt className="text-soft">{t('tools.skill.lost')}</dt>
          <dd>
            {format.number(hosts)} / {format.number(calls)}
          </dd>
        </>
      )}
    </>
  );
}

function Problems({ name, problems }: { name: string; problems: Schema<'Skill'>['problems'] }) {
  const { t } = useTranslation();
  return (
    <ul aria-label={t('tools.skill.problems', { name })} className="flex flex-col gap-1 text-sm">
      {problems.map(({ file, line, reason, warning }) => (
        <li key={`${file} ${line} ${reason}`} className="flex flex-wrap items-start gap-2">
          <Badge tone={warning ? 'warn' : 'bad'}>{t(`tools.skill.severity.${warning ? 'warning' : 'error'}`)}</Badge>
          {file !== '' && (
            <span className="font-mono break-all">
              {visible(file)}
              {line > 0 && `:${line}`}
            </span>
          )}
          <span lang="en" className="min-w-0 break-words whitespace-pre-wrap">
            {visible(reason)}
          </span>
        </li>
      ))}
    </ul>
  );
}
