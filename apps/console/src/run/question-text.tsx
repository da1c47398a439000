import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../api/queries.ts';
import { visible } from '../ui/visible.ts';
import type { Asked } from './item.ts';

/**
 * A question in one sentence. That of an approval is the platform's own, so that it is said in the reader's language; what
 * an agent asks is said as it is.
 */
export function useQuestion(): (question: Asked) => string {
  const { t } = useTranslation();
  return ({ about, text, tool }) => (about === 'approval' ? t('run.answer.about.approval', { tool }) : visible(text));
}

/** What was asked, and what was answered, by whom. */
export function QuestionText({ question }: { question: Asked }) {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const say = useQuestion();
  const { answer } = question;
  const by = answer && me?.user?.id === answer.by ? me.user.name : answer?.by;
  return (
    <>
      <p dir="auto" className="break-words whitespace-pre-wrap">
        {say(question)}
      </p>
      {answer && (
        <p dir="auto" className="mt-1 break-words">
          <span className="text-soft">{t('run.answered', { by })}</span>{' '}
          {visible(
            [choiceWord(answer.choice, (word) => t(`run.choice.${word}`)), answer.text]
              .filter((text) => text !== '')
              .join(': '),
          )}
        </p>
      )}
    </>
  );
}

const CHOICES = ['approve', 'deny', 'happened', 'retry', 'failed'] as const;

/** A choice in the reader's language; one of the model's own as it is. `say` gives the text of one that is known. */
export function choiceWord(choice: string, say: (word: (typeof CHOICES)[number]) => string): string {
  const known = CHOICES.find((one) => one === choice);
  return known ? say(known) : choice;
}
