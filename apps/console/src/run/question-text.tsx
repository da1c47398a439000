import { useTranslation } from 'react-i18next';

import { visible } from '../ui/visible.ts';
import type { Asked } from './item.ts';

/** What was asked, and what was answered, by whom. */
export function QuestionText({ question }: { question: Asked }) {
  const { t } = useTranslation();
  const { answer } = question;
  return (
    <>
      <p dir="auto" className="break-words whitespace-pre-wrap">
        {visible(question.text)}
      </p>
      {answer && (
        <p dir="auto" className="mt-1 break-words">
          <span className="text-soft">{t('run.answered', { by: answer.by })}</span>{' '}
          {visible([choiceWord(answer.choice, t), answer.text].filter((text) => text !== '').join(': '))}
        </p>
      )}
    </>
  );
}

const CHOICES = ['approve', 'deny', 'happened', 'retry', 'failed'] as const;

/** A choice in the reader's language; one of the model's own as it is. */
export function choiceWord(choice: string, t: ReturnType<typeof useTranslation>['t']): string {
  const known = CHOICES.find((one) => one === choice);
  return known ? t(`run.choice.${known}`) : choice;
}
