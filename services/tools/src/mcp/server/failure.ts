import { HoldfastError } from '@holdfast/protocol';
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';

/** JSON-RPC: the server failed inside, or could not read the message. */
const INTERNAL = new Set([-32_603, -32_700]);

const TRANSPORT = new Set<SdkErrorCode>([
  SdkErrorCode.NotConnected,
  SdkErrorCode.RequestTimeout,
  SdkErrorCode.ConnectionClosed,
  SdkErrorCode.SendFailed,
  SdkErrorCode.InvalidResult,
  SdkErrorCode.EraNegotiationFailed,
  SdkErrorCode.ClientHttpNotImplemented,
  SdkErrorCode.ClientHttpUnexpectedContent,
  SdkErrorCode.ClientHttpFailedToOpenStream,
]);

/** A call was given up by whoever made it. */
export class Abandoned extends Error {}

/**
 * Whether an error says that the server does not work: failures of the transport, time-outs, internal errors. Not: a
 * result that says isError, arguments that do not fit, a login that is missing, a call that was cancelled.
 */
export function isServerFailure(error: unknown): boolean {
  if (error instanceof Abandoned || error instanceof UnauthorizedError) return false;
  if (HoldfastError.is(error)) return error.code !== 'UNAUTHENTICATED';
  if (ProtocolError.isInstance(error)) return INTERNAL.has(error.code);
  if (SdkHttpError.isInstance(error))
    return error.status === undefined || error.status >= 500 || error.status === 404 || error.status === 429;
  if (SdkError.isInstance(error)) return TRANSPORT.has(error.code);
  return true;
}

/** Whether the request was certainly not carried out: it may be made elsewhere, whatever its effect is. */
export function neverArrived(error: unknown): boolean {
  if (SdkError.isInstance(error)) return error.code === SdkErrorCode.NotConnected;
  const code =
    (error as { code?: unknown } | null)?.code ?? (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  return code === 'ECONNREFUSED';
}

/** The error as a model and a person are told it. */
export function describeFailure(error: unknown, server: string, timeoutMs: number): HoldfastError {
  if (HoldfastError.is(error)) return error;
  const why = reasonOf(error);
  if (error instanceof UnauthorizedError) {
    return new HoldfastError(
      'UNAUTHENTICATED',
      `The MCP server ${server} refuses the login: ${why}. Run \`holdfast mcp login ${server}\`.`,
    );
  }
  if (SdkError.isInstance(error) && error.code === SdkErrorCode.RequestTimeout) {
    const message = `The MCP server ${server} did not answer within ${timeoutMs} ms; it was told to stop. What it did until then is not known. Look first, before you call again.`;
    return new HoldfastError('TIMED_OUT', message, { cause: error });
  }
  if (ProtocolError.isInstance(error)) {
    return new HoldfastError('TOOL_FAILED', `The MCP server ${server} answered with error ${error.code}: ${why}`, {
      cause: error,
    });
  }
  const message = `The connection to the MCP server ${server} failed during the call: ${why}. Whether the call took place is not known; the connection is made again by itself.`;
  return new HoldfastError('UNAVAILABLE', message, { cause: error });
}

/** The reason in one short line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return (text + cause).replaceAll(/\s+/g, ' ').slice(0, 400);
}
