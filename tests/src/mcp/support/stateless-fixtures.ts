import { inputRequired, type McpServer } from '@modelcontextprotocol/server';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** What the scenario on servers without sessions (2026-07-28) needs. */
export function registerStatelessFixtures(server: McpServer): void {
  // The SDK refuses to ask for what the client did not say that it can do.
  server.registerTool('test_missing_capability', { description: 'Needs a model of the client.' }, () =>
    inputRequired({
      inputRequests: {
        greeting: inputRequired.createMessage({
          messages: [{ role: 'user', content: { type: 'text', text: 'Generate a greeting' } }],
          maxTokens: 50,
        }),
      },
    }),
  );
  server.registerTool('test_streaming_elicitation', { description: 'Asks within its answer.' }, () =>
    inputRequired({
      inputRequests: {
        user_name: inputRequired.elicit({
          message: 'What is your name?',
          requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        }),
      },
    }),
  );
  server.registerTool('test_logging_tool', { description: 'Logs for who wants it.' }, async (ctx) => {
    await ctx.mcpReq.log('info', 'logged');
    return text('Logged.');
  });
}
