import type { Socket } from 'node:net';

import { type ErrorCode, HoldfastError } from '@holdfast/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

const MAX_ISSUES = 20;

/** Turns whatever a request ended in into the one error class. `bodyLimit` is named where it was exceeded. */
export function toHoldfastError(error: unknown, bodyLimit: number): HoldfastError {
  if (HoldfastError.is(error)) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.slice(0, MAX_ISSUES).map((issue) => ({
      path: issue.instancePath.split('/').slice(1).join('.'),
      message: issue.message ?? 'is not valid',
    }));
    const first = issues[0] ?? { path: '', message: 'is not valid' };
    const where = [error.validationContext ?? 'request', first.path].filter((part) => part !== '').join(' ');
    return new HoldfastError('INVALID_ARGUMENT', `${where}: ${first.message}. Nothing was done.`, {
      cause: error,
      details: { issues },
    });
  }
  const { code, statusCode } = error instanceof Error ? (error as Partial<FastifyError>) : {};
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new HoldfastError(
      'TOO_LARGE',
      `The request is larger than ${bodyLimit} bytes (gateway.body_limit). Nothing was done; give large material as an input file.`,
      { cause: error, details: { limit_bytes: bodyLimit } },
    );
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return invalid('The body is not of a content type that this route takes: send application/json.', error);
  }
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return invalid('The body is empty: a JSON object is expected.', error);
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return invalid('The body is not valid JSON. Nothing was done.', error);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return invalid('The request cannot be understood. Nothing was done.', error);
  }
  return HoldfastError.from(error);
}

function invalid(message: string, cause: unknown): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', message, { cause });
}

/** What a client sees of an error. */
export function errorBody(error: HoldfastError): { error: ReturnType<HoldfastError['toBody']> } {
  return { error: error.toBody() };
}

/** Sends an error in its documented form, and logs what is a defect or an outage. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: HoldfastError): FastifyReply {
  const status = error.httpStatus;
  if (status >= 500) request.log.error({ err: error, code: error.code }, error.message);
  const retry = error.details['retry_after_ms'] ?? error.details['retryAfterMs'];
  if (typeof retry === 'number') void reply.header('retry-after', Math.max(1, Math.ceil(retry / 1000)));
  if (error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer realm="holdfast"');
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(errorBody(error)));
}

const STATUS_TEXT: Readonly<Record<number, string>> = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Too Large' };

/** Answers what could not even be parsed as HTTP, and ends the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message]: [number, ErrorCode, string] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'TIMED_OUT', 'The request did not arrive in time. Nothing was done.']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'TOO_LARGE', 'The headers of the request are larger than 16 KB. Nothing was done.']
        : [400, 'INVALID_ARGUMENT', 'This is not a valid HTTP request. Nothing was done.'];
  const body = JSON.stringify({ error: { code, message } });
  const head = `HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nContent-Type: application/json\r\nConnection: close`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
