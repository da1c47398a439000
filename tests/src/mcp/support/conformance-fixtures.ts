import { setTimeout as sleep } from 'node:timers/promises';

import {
  completable,
  type ElicitRequestFormParams,
  fromJsonSchema,
  type McpServer,
  type RequestStateCodec,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { registerInputFixtures } from './input-fixtures.ts';
import { registerStatelessFixtures } from './stateless-fixtures.ts';

/** One red pixel, and a sound of no length. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = Buffer.from(
  'RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0',
  'latin1',
).toString('base64');
const STEP_MS = 20;
/** An argument that is sent as a header too; the key is the protocol's own. */
const MIRRORED = { type: 'string' as const, 'x-mcp-header': 'Region' };

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** What the scenarios of the official conformance suite ask a server to have. */
export function registerConformanceFixtures(server: McpServer, state: RequestStateCodec): void {
  server.server.registerCapabilities({ logging: {}, resources: { subscribe: true } });
  registerContent(server);
  registerNotices(server);
  registerQuestions(server);
  registerResources(server);
  registerPrompts(server);
  registerSchemas(server);
  registerInputFixtures(server, state);
  registerStatelessFixtures(server);
}

function registerContent(server: McpServer): void {
  const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' };
  server.registerTool('test_simple_text', { description: 'Gives text.' }, () =>
    text('This is a simple text response for testing.'),
  );
  server.registerTool('test_image_content', { description: 'Gives an image.' }, () => ({ content: [image] }));
  server.registerTool('test_audio_content', { description: 'Gives a sound.' }, () => ({
    content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  }));
  server.registerTool('test_embedded_resource', { description: 'Gives a resource.' }, () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }));
  server.registerTool('test_multiple_content_types', { description: 'Gives a bit of each.' }, () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: JSON.stringify({ test: 'data', value: 123 }),
        },
      },
    ],
  }));
  server.registerTool('test_error_handling', { description: 'Fails.' }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
}

function registerNotices(server: McpServer): void {
  server.registerTool('test_tool_with_logging', { description: 'Logs.' }, async (ctx) => {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await ctx.mcpReq.log('info', line);
      await sleep(STEP_MS);
    }
    return text('Logged.');
  });
  server.registerTool('test_tool_with_progress', { description: 'Tells how far it is.' }, async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      }
      await sleep(STEP_MS);
    }
    return text('Told.');
  });
  server.registerTool('test_reconnection', { description: 'Closes its own stream before it answers.' }, async (ctx) => {
    ctx.http?.closeSSE?.();
    await sleep(STEP_MS);
    return text('Answered after the stream was closed.');
  });
}

function registerQuestions(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks the model of the client.', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, ctx) => {
      const { content } = await ctx.mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
        maxTokens: 100,
      });
      const [first] = [content].flat();
      return text(`LLM response: ${first?.type === 'text' ? first.text : ''}`);
    },
  );
  const ask = async (ctx: ServerContext, message: string, schema: ElicitRequestFormParams['requestedSchema']) => {
    const { action, content } = await ctx.mcpReq.elicitInput({ mode: 'form', message, requestedSchema: schema });
    return `action=${action}, content=${JSON.stringify(content ?? {})}`;
  };
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user.', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, ctx) => {
      const told = await ask(ctx, message, {
        type: 'object',
        properties: {
          username: { type: 'string', description: "User's response" },
          email: { type: 'string', description: "User's email address" },
        },
        required: ['username', 'email'],
      });
      return text(`User response: ${told}`);
    },
  );
  server.registerTool('test_elicitation_sep1034_defaults', { description: 'Asks with defaults.' }, async (ctx) => {
    const told = await ask(ctx, 'Defaults', {
      type: 'object',
      properties: {
        name: { type: 'string', default: 'John Doe' },
        age: { type: 'integer', default: 30 },
        score: { type: 'number', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', default: true },
      },
    });
    return text(`Elicitation completed: ${told}`);
  });
  server.registerTool('test_elicitation_sep1330_enums', { description: 'Asks for choices.' }, async (ctx) => {
    const titled = (word: string) => [1, 2, 3].map((n) => ({ const: `value${n}`, title: `${word} ${n}` }));
    const options = ['option1', 'option2', 'option3'];
    const told = await ask(ctx, 'Choices', {
      type: 'object',
      properties: {
        untitledSingle: { type: 'string', enum: options },
        titledSingle: { type: 'string', oneOf: titled('Option') },
        legacyEnum: {
          type: 'string',
          enum: ['opt1', 'opt2', 'opt3'],
          enumNames: ['Option One', 'Option Two', 'Option Three'],
        },
        untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
        titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
      },
    });
    return text(`Elicitation completed: ${told}`);
  });
}

function registerResources(server: McpServer): void {
  const mimeType = 'text/plain';
  const plain = (name: string, content: string) =>
    server.registerResource(name, `test://${name}`, { description: `The resource ${name}.`, mimeType }, ({ href }) => ({
      contents: [{ uri: href, mimeType, text: content }],
    }));
  plain('static-text', 'This is the content of the static text resource.');
  plain('watched-resource', 'Watched.');
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'A binary resource.', mimeType: 'image/png' },
    ({ href }) => ({ contents: [{ uri: href, mimeType: 'image/png', blob: PNG }] }),
  );
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Resources by id.', mimeType: 'application/json' },
    ({ href }, { id }) => ({
      contents: [
        {
          uri: href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  );
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
}

function registerPrompts(server: McpServer): void {
  const say = (value: string) => ({ role: 'user' as const, content: { type: 'text' as const, text: value } });
  server.registerPrompt('test_simple_prompt', { description: 'A simple one.' }, () => ({
    messages: [say('This is a simple prompt for testing.')],
  }));
  const argument = completable(z.string(), (value) =>
    ['paris', 'park', 'party'].filter((one) => one.startsWith(value)),
  );
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'One with arguments.', argsSchema: z.object({ arg1: argument, arg2: z.string() }) },
    ({ arg1, arg2 }) => ({ messages: [say(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'One with a resource.', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri: uri }) => {
      const resource = { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' };
      return {
        messages: [
          { role: 'user', content: { type: 'resource', resource } },
          say('Please process the embedded resource above.'),
        ],
      };
    },
  );
  server.registerPrompt('test_prompt_with_image', { description: 'One with an image.' }, () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: PNG, mimeType: 'image/png' } },
      say('Please analyze the image above.'),
    ],
  }));
}

function registerSchemas(server: McpServer): void {
  server.registerTool(
    'json_schema_2020_12_tool',
    {
      description: 'Tool with JSON Schema 2020-12 features',
      inputSchema: fromJsonSchema({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: {
          address: {
            $anchor: 'addressDef',
            type: 'object',
            properties: { street: { type: 'string' }, city: { type: 'string' } },
          },
        },
        properties: {
          name: { type: 'string' },
          address: { $ref: '#/$defs/address' },
          contactMethod: { type: 'string', enum: ['phone', 'email'] },
          phone: { type: 'string' },
          email: { type: 'string' },
        },
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
        then: { required: ['phone'] },
        else: { required: ['email'] },
        additionalProperties: false,
      }),
    },
    () => text('Taken.'),
  );
  server.registerTool(
    'test_custom_header',
    {
      description: 'Takes an argument that is also a header.',
      inputSchema: fromJsonSchema<{ region: string }>({
        type: 'object',
        properties: { region: MIRRORED },
        required: ['region'],
      }),
    },
    ({ region }) => text(`Region ${region}`),
  );
}
