import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

const askName = inputRequired.elicit({
  message: 'What is your name?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
});
const askColor = inputRequired.elicit({
  message: 'Step 2: What is your favorite color?',
  requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
});
const askOk = inputRequired.elicit({
  message: 'Please confirm',
  requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
});
const askModel = (question: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: question } }],
    maxTokens,
  });

/** The state that came back, unchanged; undefined in the first round. */
const stateOf = (ctx: ServerContext): string | undefined => ctx.mcpReq.requestState<string>();

/** What the scenarios on input that a server asks for within an answer (2026-07-28) need. */
export function registerInputFixtures(server: McpServer, codec: RequestStateCodec): void {
  server.registerTool('test_input_required_result_elicitation', { description: 'Asks for a name.' }, (ctx) => {
    const name = acceptedContent(ctx.mcpReq.inputResponses, 'user_name')?.['name'];
    if (typeof name === 'string') return text(`Hello, ${name}!`);
    return inputRequired({ inputRequests: { user_name: askName } });
  });
  server.registerTool('test_input_required_result_sampling', { description: 'Asks a model.' }, (ctx) => {
    const view = inputResponse(ctx.mcpReq.inputResponses, 'capital_question');
    if (view.kind !== 'sampling') {
      return inputRequired({ inputRequests: { capital_question: askModel('What is the capital of France?', 100) } });
    }
    const [first] = [view.result.content].flat();
    return text(first?.type === 'text' ? first.text : '');
  });
  server.registerTool('test_input_required_result_list_roots', { description: 'Asks for roots.' }, (ctx) => {
    const view = inputResponse(ctx.mcpReq.inputResponses, 'client_roots');
    if (view.kind === 'roots') return text(view.roots.map(({ uri }) => uri).join(', '));
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  for (const name of ['test_input_required_result_request_state', 'test_input_required_result_tampered_state']) {
    server.registerTool(name, { description: 'Keeps its state with the client.' }, async (ctx) => {
      const state = stateOf(ctx);
      if (state !== undefined && acceptedContent(ctx.mcpReq.inputResponses, 'confirm')) return text('state-ok');
      return inputRequired({ inputRequests: { confirm: askOk }, requestState: await codec.mint('asked', ctx) });
    });
  }
  server.registerTool(
    'test_input_required_result_multiple_inputs',
    { description: 'Asks for three things.' },
    async (ctx) => {
      const responses = ctx.mcpReq.inputResponses;
      const state = stateOf(ctx);
      const has = (key: string): boolean => inputResponse(responses, key).kind !== 'missing';
      if (state !== undefined && ['user_name', 'greeting', 'client_roots'].every(has)) return text('All three came.');
      return inputRequired({
        inputRequests: {
          user_name: askName,
          greeting: askModel('Generate a greeting', 50),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await codec.mint('asked', ctx),
      });
    },
  );
  server.registerTool('test_input_required_result_multi_round', { description: 'Asks twice.' }, async (ctx) => {
    const state = stateOf(ctx);
    const responses = ctx.mcpReq.inputResponses;
    if (state?.startsWith('named ') && acceptedContent(responses, 'step2'))
      return text(`Thank you, ${state.slice(6)}.`);
    const name = acceptedContent(responses, 'step1')?.['name'];
    if (state === 'asked' && typeof name === 'string') {
      return inputRequired({
        inputRequests: { step2: askColor },
        requestState: await codec.mint(`named ${name}`, ctx),
      });
    }
    return inputRequired({ inputRequests: { step1: askName }, requestState: await codec.mint('asked', ctx) });
  });
  server.registerTool(
    'test_input_required_result_capabilities',
    { description: 'Asks what the client can answer.' },
    async (ctx) => {
      const can = (ctx.mcpReq.envelope as Record<string, Record<string, unknown>> | undefined)?.[
        CLIENT_CAPABILITIES_META_KEY
      ];
      return inputRequired({
        inputRequests: {
          ...(can?.['elicitation'] ? { user_name: askName } : {}),
          ...(can?.['sampling'] ? { greeting: askModel('Generate a greeting', 50) } : {}),
        },
        requestState: await codec.mint('asked', ctx),
      });
    },
  );
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks first.' }, (ctx) => {
    const context = acceptedContent(ctx.mcpReq.inputResponses, 'user_context')?.['context'];
    if (typeof context === 'string') {
      return { messages: [{ role: 'user', content: { type: 'text', text: `Context: ${context}` } }] };
    }
    const asked = inputRequired.elicit({
      message: 'What context should the prompt use?',
      requestedSchema: { type: 'object', properties: { context: { type: 'string' } }, required: ['context'] },
    });
    return inputRequired({ inputRequests: { user_context: asked } });
  });
}
