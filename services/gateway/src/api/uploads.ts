import type { Readable } from 'node:stream';

import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import { tooLarge } from '../uploads/receive.ts';
import type { ApiContext } from './context.ts';

const UploadSchema = z
  .object({ id: z.string(), name: z.string(), size: z.number().int().describe('Bytes.'), sha256: z.string() })
  .meta({ id: 'Upload' });

/** Files that people give to runs. In a scope of its own: no other route takes a body that is not read yet. */
export function uploadRoutes(app: App, { deps, uploads }: ApiContext): void {
  const limit = deps.config.gateway.upload_limit;
  app.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body));

  app.post(
    '/uploads',
    {
      config: { access: 'runs:write', audit: 'upload.create', slowBody: true },
      schema: {
        tags: ['runs'],
        summary: 'Upload a file to be an input of a run',
        description:
          'The body is the file. Name it in `inputs` as {"upload": id}, or where a playbook takes a path as upload:<id>. A file that no run begins with is removed after 24 hours.',
        consumes: ['application/octet-stream'],
        querystring: z.strictObject({ name: z.string().max(1000).describe('At most 255 bytes; no path.') }),
        body: z.custom<Readable>(isStream, 'must be the bytes of the file').meta({ type: 'string', format: 'binary' }),
        response: { 201: UploadSchema },
      },
    },
    async (request, reply) => {
      if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
      const upload = await uploads.receive(identityOf(request), request.query.name, request.body, limit);
      audited(request, { target: upload.id });
      return reply.code(201).send(upload);
    },
  );
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}
