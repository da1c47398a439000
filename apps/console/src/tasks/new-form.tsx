import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { newId } from '../ui/new-id.ts';
import { Problem } from '../ui/problem.tsx';
import type { Agent } from './agent-choice.tsx';
import { type Attached, FileInputs } from './file-inputs.tsx';
import { type LimitTexts, limitsOf, LimitFields, NO_LIMITS } from './limits.tsx';
import { type Parameter, ParameterField } from './parameter-field.tsx';
import { parametersOf } from './parameters.ts';

/** What is to be done: for a playbook its parameters, for an agent a task in words. */
export function NewTaskForm({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const parameters = parametersOf(agent.parameters);
  const [task, setTask] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [files, setFiles] = useState<readonly Attached[]>([]);
  const [limits, setLimits] = useState<LimitTexts>(NO_LIMITS);
  const [tags, setTags] = useState('');
  // A double click, or a second try after a lost answer, starts one run only.
  const [key] = useState(() => newId());
  const creating = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/runs', {
          params: { header: { 'idempotency-key': key } },
          body: {
            agent: agent.name,
            task: task.trim(),
            parameters: given(parameters, values),
            inputs: files.map(({ name, path, upload }) => ({
              name,
              ...(upload === undefined ? {} : { upload }),
              ...(path === undefined ? {} : { path }),
            })),
            limits: limitsOf(limits),
            tags: tags.split(/[\s,，]+/).filter((tag) => tag !== ''),
          },
        }),
      ),
    onSuccess: async (run) => {
      await queries.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/runs/$id', params: { id: run.id } });
    },
  });
  const busy = files.some(({ state }) => state === 'sending');
  return (
    <form
      className="flex min-w-0 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate();
      }}
    >
      <h2 className="text-lg font-semibold">{t('tasks.whatToDo')}</h2>
      {agent.playbook ? (
        parameters.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            value={values[parameter.name] ?? parameter.initial}
            onChange={(value) => setValues((before) => ({ ...before, [parameter.name]: value }))}
          />
        ))
      ) : (
        <>
          <TextArea
            label={t('tasks.task')}
            hint={t('tasks.taskHint')}
            rows={6}
            required
            value={task}
            onChange={(event) => setTask(event.target.value)}
          />
          <FileInputs files={files} onChange={setFiles} />
        </>
      )}
      <TextField
        label={t('tasks.tags')}
        hint={t('tasks.tagsHint')}
        value={tags}
        autoComplete="off"
        onChange={(event) => setTags(event.target.value)}
      />
      <LimitFields limits={limits} onChange={setLimits} />
      {creating.error && <Problem error={creating.error} />}
      <div className="flex items-center gap-3">
        <Button type="submit" look="primary" disabled={creating.isPending || busy}>
          {t(creating.isPending ? 'tasks.starting' : 'tasks.start')}
        </Button>
        {busy && <span className="text-sm text-soft">{t('tasks.files.wait')}</span>}
      </div>
    </form>
  );
}

function given(parameters: readonly Parameter[], values: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    parameters.flatMap(({ initial, name, type }): [string, unknown][] => {
      const text = (values[name] ?? initial).trim();
      if (text === '') return [];
      if (type === 'number') return [[name, Number(text)]];
      return [[name, type === 'boolean' ? text === 'true' : text]];
    }),
  );
}
