import { useMutation } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask, type Schema } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { argumentsOf, type FieldProblem, fieldsOf, readObject, typedOf } from './arguments.ts';
import { ArgumentField } from './argument-field.tsx';
import { Verdict } from './verdict.tsx';

function send(name: string, given: Record<string, unknown>, runId: string) {
  const params = { path: { name } };
  const body = { arguments: given, ...(runId === '' ? {} : { run_id: runId }) };
  return ask(api.POST('/api/v1/tools/{name}/dry-run', { params, body }));
}

/** What a call of a tool would do, with arguments from a form or as JSON. Nothing is done. */
export function DryRun({ onClose, tool }: { tool: Schema<'Tool'>; onClose: () => void }) {
  const { t } = useTranslation();
  const fields = useMemo(() => fieldsOf(tool.parameters), [tool.parameters]);
  const [how, setHow] = useState<'form' | 'json'>('form');
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [text, setText] = useState('{}');
  const [problems, setProblems] = useState<Readonly<Record<string, FieldProblem>>>({});
  const [notJson, setNotJson] = useState(false);
  const [runId, setRunId] = useState('');
  const asking = useMutation({ mutationFn: (given: Record<string, unknown>) => send(tool.name, given, runId.trim()) });
  const answer = useRef<HTMLDivElement>(null);
  const { data, error } = asking;
  useEffect(() => {
    // Below a long form nobody would see it.
    if (data || error) answer.current?.scrollIntoView({ block: 'start' });
  }, [data, error]);
  const change = (next: 'form' | 'json') => {
    if (next === 'json') setText(JSON.stringify(argumentsOf(fields, typed).given, undefined, 2));
    else setTyped(typedOf(fields, readObject(text) ?? {}));
    setProblems({});
    setNotJson(false);
    setHow(next);
  };
  const go = () => {
    const read = how === 'json' ? { given: readObject(text), problems: {} } : argumentsOf(fields, typed);
    setProblems(read.problems);
    setNotJson(read.given === undefined);
    if (read.given && Object.keys(read.problems).length === 0) asking.mutate(read.given);
  };
  return (
    <Dialog wide title={t('tools.try.title', { name: tool.name })} onClose={onClose}>
      <form
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <p className="text-soft">{t('tools.try.lead')}</p>
        <fieldset className="flex flex-wrap gap-4">
          <legend className="sr-only">{t('tools.try.how')}</legend>
          {(['form', 'json'] as const).map((name) => (
            <label key={name} className="flex min-h-8 items-center gap-2">
              <input
                type="radio"
                name="how"
                data-focus-first={name === 'form' ? '' : undefined}
                checked={how === name}
                onChange={() => change(name)}
              />
              {t(`tools.try.${name}`)}
            </label>
          ))}
        </fieldset>
        {how === 'json' ? (
          <TextArea
            label={t('tools.try.arguments')}
            rows={8}
            className="font-mono text-sm"
            spellCheck={false}
            value={text}
            error={notJson ? t('tools.try.notJson') : undefined}
            onChange={({ target }) => setText(target.value)}
          />
        ) : (
          fields.map((field) => (
            <ArgumentField
              key={field.name}
              field={field}
              value={typed[field.name] ?? ''}
              problem={problems[field.name]}
              onChange={(value) => setTyped({ ...typed, [field.name]: value })}
            />
          ))
        )}
        {how === 'form' && fields.length === 0 && <p>{t('tools.try.none')}</p>}
        <TextField
          label={t('tools.try.run')}
          hint={t('tools.try.runHint')}
          autoComplete="off"
          spellCheck={false}
          value={runId}
          onChange={({ target }) => setRunId(target.value)}
        />
        <Button type="submit" look="primary" className="self-start" disabled={asking.isPending}>
          {t('tools.try.go')}
        </Button>
      </form>
      <div ref={answer} role="status" className="mt-4">
        {error && <Problem error={error} />}
        {data && <Verdict told={data} />}
      </div>
    </Dialog>
  );
}
