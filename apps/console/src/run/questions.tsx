import { useTranslation } from 'react-i18next';

import type { Run } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import { AnswerForm } from './answer-form.tsx';
import { useQuestion } from './question-text.tsx';
import type { RunLog } from './log.ts';

/** What the run waits for a human to say. Read aloud when it comes. */
export function Questions({ live, run }: { live: RunLog; run: Run }) {
  const { t } = useTranslation();
  const mayAnswer = useMay('runs:approve');
  const say = useQuestion();
  const open = [...live.actions.values()].filter(
    ({ kind, outcome, question }) => kind === 'question' && outcome === 'pending' && question !== undefined,
  );
  return (
    <div role="region" aria-label={t('run.questions')} aria-live="polite">
      {live.endedAt === undefined &&
        open.map((action) =>
          action.question ? (
            <div key={action.id} className="mb-2 rounded-lg border-2 border-warn bg-surface p-4">
              {mayAnswer ? (
                <AnswerForm runId={run.id} actionId={action.id} question={action.question} />
              ) : (
                <p>
                  <strong>{say(action.question)}</strong> {t('run.answer.notYou')}
                </p>
              )}
            </div>
          ) : null,
        )}
    </div>
  );
}
