import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { refreshRun } from '../api/queries.ts';
import { Button, type ButtonLook } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { parseArguments } from './arguments.ts';
import type { Asked } from './item.ts';
import { choiceWord } from './question-text.tsx';

const LOOK: Readonly<Record<string, ButtonLook>> = { approve: 'primary', deny: 'danger' };

/** Approve, deny with a reason, change the arguments in line, or answer in words. */
export function AnswerForm(props: { runId: string; actionId: string; question: Asked }) {
  const { actionId, question, runId } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const given = JSON.stringify(question.arguments ?? {}, undefined, 2);
  const [edited, setEdited] = useState(given);
  const isApproval = question.about === 'approval';
  const parsed = parseArguments(edited);
  const changed = isApproval && edited !== given;
  const answering = useMutation({
    mutationFn: (choice: string) =>
      ask(
        api.POST('/api/v1/runs/{id}/answers', {
          params: { path: { id: runId } },
          body: {
            action_id: actionId,
            choice,
            text,
            ...(changed && choice === 'approve' && parsed ? { arguments: parsed } : {}),
          },
        }),
      ),
    onSettled: () => refreshRun(queries, runId),
  });
  const choices = question.choices.length > 0 ? question.choices : [''];
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        answering.mutate(choices[0] ?? '');
      }}
    >
      <h2 className="font-semibold">{t(`run.answer.about.${aboutOf(question.about)}`, { tool: question.tool })}</h2>
      {!isApproval && (
        <p dir="auto" className="break-words whitespace-pre-wrap">
          {visible(question.text)}
        </p>
      )}
      {isApproval && (
        <TextArea
          label={t('run.answer.arguments')}
          hint={t(changed ? 'run.answer.changed' : 'run.answer.argumentsHint')}
          error={parsed ? undefined : t('run.answer.notJson')}
          value={edited}
          rows={Math.min(12, edited.split('\n').length + 1)}
          spellCheck={false}
          className="font-mono text-sm"
          onChange={(event) => setEdited(event.target.value)}
        />
      )}
      <TextArea
        label={t(isApproval ? 'run.answer.reason' : 'run.answer.text')}
        value={text}
        rows={2}
        onChange={(event) => setText(event.target.value)}
      />
      {answering.error && <Problem error={answering.error} />}
      <div className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <Button
            key={choice}
            look={LOOK[choice] ?? 'plain'}
            disabled={answering.isPending || (choice === 'approve' && !parsed)}
            onClick={() => answering.mutate(choice)}
          >
            {choice === '' ? t('run.answer.send') : choiceWord(choice, (word) => t(`run.choice.${word}`))}
          </Button>
        ))}
      </div>
    </form>
  );
}

function aboutOf(about: string): 'approval' | 'unknown_outcome' | 'ask_human' {
  return about === 'approval' || about === 'unknown_outcome' ? about : 'ask_human';
}
