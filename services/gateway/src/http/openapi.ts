import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

import { ErrorResponseSchema } from '../api/run-schema.ts';
import type { App } from './app.ts';

/**
 * Has the OpenAPI 3.1 document made of the schemas that validate. It is put together when it is first asked for. Every
 * route says that it may answer with the documented error.
 */
export async function describeApi(app: App, serverUrl: () => string): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.schema?.hide) return;
    const response = { ...(route.schema?.response as object | undefined), default: ErrorResponseSchema };
    route.schema = { ...route.schema, response };
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Holdfast',
        description: 'AI agents that do durable work: start runs, watch them, steer them, and fetch what they made.',
        version: '1',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `hf_<id>_<secret>`.' },
          session: { type: 'apiKey', in: 'cookie', name: 'holdfast.session_token' },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (given) => onlyReferred(jsonSchemaTransformObject(given)),
  });
  let document: unknown;
  app.get(
    '/api/v1/openapi.json',
    { config: { access: 'authenticated' }, schema: { hide: true } },
    async (_request, reply) => {
      document ??= { ...app.swagger(), servers: [{ url: serverUrl() }] };
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(document));
    },
  );
}

/** Leaves out the schemas that nothing refers to: each is made twice, as what is taken and as what is given. */
function onlyReferred<T extends { components?: object; paths?: object }>(document: T): T {
  const { components, paths } = document;
  const schemas = components && 'schemas' in components ? components.schemas : undefined;
  if (typeof schemas !== 'object' || schemas === null) return document;
  const texts = Object.entries(schemas).map(([name, schema]) => ({ name, schema, text: JSON.stringify(schema) }));
  const kept = new Map<string, unknown>();
  const visit = (text: string) => {
    for (const one of texts) {
      if (kept.has(one.name) || !text.includes(`"#/components/schemas/${one.name}"`)) continue;
      kept.set(one.name, one.schema);
      visit(one.text);
    }
  };
  visit(JSON.stringify(paths));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}
