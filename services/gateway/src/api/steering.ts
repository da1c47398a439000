import { agentpb, create, type JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { AnswerSchema, RunIdParams, RunSchema } from './run-schema.ts';
import { need } from './runs.ts';
import { runOf } from './wire.ts';

const CancelSchema = z.strictObject({ reason: z.string().max(2000).default('') });

/** A run in motion: stop, resume, cancel, answer. */
export function steeringRoutes(app: App, context: ApiContext): void {
  const { agent } = context.deps;
  const about = (summary: string, description: string) => ({
    tags: ['runs'],
    summary,
    description,
    params: RunIdParams,
    response: { 200: RunSchema },
  });

  app.post(
    '/runs/:id/stop',
    {
      config: { access: 'runs:write', audit: 'run.stop' },
      schema: about('Stop a run', 'The action at hand is finished, then the run is held. It can be resumed.'),
    },
    async (request) => {
      const wanted = { caller: callerOf(request), runId: request.params.id };
      return runOf(need((await agent.stopRun(create(agentpb.StopRunRequestSchema, wanted))).run));
    },
  );

  app.post(
    '/runs/:id/resume',
    {
      config: { access: 'runs:write', audit: 'run.resume' },
      schema: about('Resume a run', 'A held run goes on.'),
    },
    async (request) => {
      const wanted = { caller: callerOf(request), runId: request.params.id };
      return runOf(need((await agent.resumeRun(create(agentpb.ResumeRunRequestSchema, wanted))).run));
    },
  );

  app.post(
    '/runs/:id/cancel',
    {
      config: { access: 'runs:write', audit: 'run.cancel', auditFields: ['reason'] },
      schema: {
        ...about('Cancel a run', "It ends now, down to the model's socket and the sandbox's processes."),
        body: CancelSchema.nullish(),
      },
    },
    async (request) => {
      const reason = request.body?.reason ?? '';
      const wanted = { caller: callerOf(request), runId: request.params.id, reason };
      return runOf(need((await agent.cancelRun(create(agentpb.CancelRunRequestSchema, wanted))).run));
    },
  );

  app.post(
    '/runs/:id/answers',
    {
      config: { access: 'runs:approve', audit: 'run.answer', auditFields: ['action_id', 'choice'] },
      schema: {
        ...about('Answer a question of a run', 'An approval, a question of ask_human, or what became of a write.'),
        body: AnswerSchema,
      },
    },
    async (request) => {
      const { action_id: actionId, arguments: changed, choice, text } = request.body;
      const { run } = await agent.answerQuestion(
        create(agentpb.AnswerQuestionRequestSchema, {
          caller: callerOf(request),
          runId: request.params.id,
          actionId,
          choice,
          text,
          ...(changed ? { arguments: changed as JsonObject } : {}),
        }),
      );
      return runOf(need(run));
    },
  );
}
