import { type AgentApi, agentpb, commonpb, create, type MessageInitShape } from '@holdfast/protocol';

/** The agent service as one caller of one tenant uses it; short forms for tests. */
export function clientOf(agent: AgentApi, tenant = 'acme', subject = 'ada') {
  const caller = create(commonpb.CallerSchema, { tenant, subject });
  const must = (run: agentpb.Run | undefined): agentpb.Run => {
    if (!run) throw new Error('no run came back');
    return run;
  };
  const client = {
    caller,
    create: async (name: string, task: string, more: MessageInitShape<typeof agentpb.CreateRunRequestSchema> = {}) =>
      must((await agent.createRun(create(agentpb.CreateRunRequestSchema, { caller, agent: name, task, ...more }))).run),
    get: async (runId: string) =>
      must((await agent.getRun(create(agentpb.GetRunRequestSchema, { caller, runId }))).run),
    actions: async (runId: string) =>
      (await agent.listActions(create(agentpb.ListActionsRequestSchema, { caller, runId }))).actions,
    stop: async (runId: string) =>
      must((await agent.stopRun(create(agentpb.StopRunRequestSchema, { caller, runId }))).run),
    resume: async (runId: string) =>
      must((await agent.resumeRun(create(agentpb.ResumeRunRequestSchema, { caller, runId }))).run),
    cancel: async (runId: string, reason = '') =>
      must((await agent.cancelRun(create(agentpb.CancelRunRequestSchema, { caller, runId, reason }))).run),
    answer: async (
      runId: string,
      actionId: string,
      more: MessageInitShape<typeof agentpb.AnswerQuestionRequestSchema>,
    ) =>
      must(
        (await agent.answerQuestion(create(agentpb.AnswerQuestionRequestSchema, { caller, runId, actionId, ...more })))
          .run,
      ),
    fork: async (runId: string, more: MessageInitShape<typeof agentpb.ForkRunRequestSchema> = {}) =>
      must((await agent.forkRun(create(agentpb.ForkRunRequestSchema, { caller, runId, ...more }))).run),
    watch: (runId: string, after = '', flow = agentpb.Flow.FREE, signal?: AbortSignal) =>
      agent.watch(create(agentpb.WatchRequestSchema, { caller, runId, after, flow }), signal ? { signal } : {}),
    /** Reads events until one of this type comes; resolves to all that were read. */
    until: async (runId: string, type: string, after = ''): Promise<agentpb.Event[]> => {
      const events: agentpb.Event[] = [];
      for await (const { event } of client.watch(runId, after)) {
        if (!event) continue;
        events.push(event);
        if (event.type === type) break;
      }
      return events;
    },
    /** Waits for the end, and gives the run as it then is. */
    ended: async (runId: string) => {
      await client.until(runId, 'run.ended');
      return client.get(runId);
    },
  };
  return client;
}
