/**
 * Attribute names of OpenTelemetry's semantic conventions for generative AI, pinned here: they are still in
 * development, and a renamed attribute must break one file and no dashboard by surprise.
 */
export const GENAI = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  agentName: 'gen_ai.agent.name',
  conversationId: 'gen_ai.conversation.id',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  errorType: 'error.type',
} as const;

/** The values of `gen_ai.operation.name` that we use. */
export const GENAI_OPERATION = { agent: 'invoke_agent', chat: 'chat', tool: 'execute_tool' } as const;

/** Attributes of our own, for what the conventions do not know. */
export const HOLDFAST = {
  runId: 'holdfast.run.id',
  tenant: 'holdfast.tenant',
  recovered: 'holdfast.run.recovered',
  left: 'holdfast.run.left',
  actionId: 'holdfast.action.id',
  attempt: 'holdfast.action.attempt',
  effect: 'holdfast.action.effect',
  outcome: 'holdfast.action.outcome',
  settled: 'holdfast.action.settled',
  costUsd: 'holdfast.cost_usd',
} as const;
