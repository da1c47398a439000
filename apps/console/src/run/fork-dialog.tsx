import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask, type Run } from '../api/client.ts';
import { actionsQuery, agentsQuery } from '../api/queries.ts';
import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useToast } from '../ui/toast.tsx';
import type { RunLog } from './log.ts';
import { whatOf } from './scrubber.tsx';
import { SideEffects } from './side-effects-list.tsx';
import { sideEffectsAfter } from './side-effects.ts';

/** A new run from any checkpoint of this one: what it changes, and what it would do again, are seen before it begins. */
export function ForkDialog(props: { run: Run; live: RunLog; seq: number | undefined; onClose: () => void }) {
  const { live, onClose, run } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const toast = useToast();
  const { checkpoints } = live;
  const [seq, setSeq] = useState(props.seq ?? checkpoints.at(-1)?.seq ?? 1);
  const [task, setTask] = useState('');
  const [agent, setAgent] = useState('');
  const [model, setModel] = useState('');
  const [replay, setReplay] = useState(false);
  const { data: actions = [] } = useQuery(actionsQuery(run.id));
  const { data: agents = [] } = useQuery(agentsQuery);
  const effects = sideEffectsAfter(actions, seq);
  const forking = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/runs/{id}/fork', {
          params: { path: { id: run.id } },
          body: { seq, replay, agent, task: task.trim(), model: model.trim() },
        }),
      ),
    onSuccess: async (forked) => {
      onClose();
      if (forked.not_restored.length > 0) {
        toast(t('run.fork.notRestored', { files: forked.not_restored.slice(0, 5).join(', ') }), true);
      }
      await queries.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/runs/$id', params: { id: forked.id } });
    },
  });
  return (
    <Dialog title={t('run.fork.title')} onClose={onClose} wide>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          forking.mutate();
        }}
      >
        <p className="text-soft">{t('run.fork.lead')}</p>
        <SelectField label={t('run.fork.from')} value={seq} onChange={(event) => setSeq(Number(event.target.value))}>
          {checkpoints.map((checkpoint) => (
            <option key={checkpoint.seq} value={checkpoint.seq}>
              {`${checkpoint.seq} · ${whatOf(checkpoint, (word) => t(`run.checkpoint.${word}`))} · ${format.clock(checkpoint.at)}`}
            </option>
          ))}
        </SelectField>
        {run.playbook ? (
          <p className="text-sm text-soft">{t('run.fork.playbook')}</p>
        ) : (
          <>
            <TextArea
              label={t('run.fork.task')}
              hint={t('run.fork.taskHint')}
              value={task}
              onChange={(event) => setTask(event.target.value)}
            />
            <SelectField label={t('run.fork.agent')} value={agent} onChange={(event) => setAgent(event.target.value)}>
              <option value="">{t('run.fork.same', { name: run.agent })}</option>
              {agents
                .filter(({ name, playbook }) => !playbook && name !== run.agent)
                .map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
            </SelectField>
            <TextField
              label={t('run.fork.model')}
              hint={t('run.fork.modelHint')}
              value={model}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => setModel(event.target.value)}
            />
          </>
        )}
        <SideEffects effects={effects} />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-sm font-medium">{t('run.fork.how')}</legend>
          <label className="flex gap-2">
            <input type="radio" name="replay" checked={!replay} onChange={() => setReplay(false)} />
            <span>{t('run.fork.act')}</span>
          </label>
          <label className="flex gap-2">
            <input type="radio" name="replay" checked={replay} onChange={() => setReplay(true)} />
            <span>{t('run.fork.replay')}</span>
          </label>
        </fieldset>
        {forking.error && <Problem error={forking.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" look="primary" disabled={forking.isPending}>
            {t('run.fork.confirm')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
