import {
  acceptedContent,
  type InputRequest,
  type InputRequiredResult,
  inputRequired,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { agentpb, create } from '@holdfast/protocol';

import { need } from '../api/runs.ts';
import type { McpCaller } from './caller.ts';
import type { McpInstance } from './instance.ts';

/** What a client gives back, signed, with the answer of its user. */
export interface Asked {
  readonly runId: string;
  readonly actionId: string;
}

/** The name of the form within an answer of the protocol. */
const FORM = 'answer';
/** Of a question and of what it is about, as a user is shown them. */
const SHOWN = 4000;

/**
 * Puts the first question of a run to the user of the client, as a form. Undefined where it asks nothing, the client has no
 * forms, or the caller may not answer: then the question is given back as it is.
 */
export async function askUser(
  { server, state }: McpInstance,
  by: McpCaller,
  run: agentpb.Run,
  ctx: ServerContext,
): Promise<InputRequiredResult | undefined> {
  const [question] = run.questions;
  const hasForms = server.server.getClientCapabilities()?.elicitation !== undefined;
  if (!question || !hasForms || !by.has('runs:approve')) return undefined;
  return inputRequired({
    inputRequests: { [FORM]: formOf(question) },
    requestState: await state.mint({ runId: run.id, actionId: question.actionId } satisfies Asked, ctx),
  });
}

/** The question that this request brings the answer to; undefined where it is the first of its call. */
export function askedIn(ctx: ServerContext): Asked | undefined {
  return ctx.mcpReq.requestState<Asked>();
}

/**
 * Gives the run what its user has answered; nothing where the user did not want to.
 *
 * @returns whether there was an answer.
 * @throws HoldfastError PERMISSION_DENIED, and what the agent service says to the answer.
 */
export async function passAnswer(
  { context }: McpInstance,
  by: McpCaller,
  { actionId, runId }: Asked,
  ctx: ServerContext,
): Promise<boolean> {
  const given = acceptedContent(ctx.mcpReq.inputResponses, FORM);
  if (!given) return false;
  by.need('runs:approve');
  const textOf = (key: string): string => (typeof given[key] === 'string' ? given[key] : '');
  const answer = { caller: by.toCaller(), runId, actionId, choice: textOf('choice'), text: textOf('text') };
  need((await context.deps.agent.answerQuestion(create(agentpb.AnswerQuestionRequestSchema, answer))).run);
  return true;
}

function formOf({ arguments: args, choices, kind, text, tool }: agentpb.Question): InputRequest {
  const about = tool === '' ? '' : `\n\n${tool} ${JSON.stringify(args ?? {})}`;
  const isFree = kind === 'ask_human';
  const hint = isFree && choices.length > 0 ? `Such as: ${choices.join(', ')}` : '';
  return inputRequired.elicit({
    message: `${text}${about}`.slice(0, SHOWN),
    requestedSchema: {
      type: 'object',
      properties: {
        ...(isFree ? {} : { choice: { type: 'string', enum: [...choices] } }),
        text: { type: 'string', title: isFree ? 'Answer' : 'Reason', ...(hint === '' ? {} : { description: hint }) },
      },
      required: [isFree ? 'text' : 'choice'],
    },
  });
}
