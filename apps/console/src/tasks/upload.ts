import { ApiError, type ErrorBody } from '../api/error.ts';

/** A file that the server has taken. */
export interface Uploaded {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

/** Sends a file to the server, as it is. @throws ApiError where it is too large, or its name is refused. */
export async function upload(file: File): Promise<Uploaded> {
  const response = await fetch(`/api/v1/uploads?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
    credentials: 'same-origin',
  }).catch((cause: unknown) => {
    throw new ApiError({ code: 'OFFLINE', message: '' }, 0, cause);
  });
  const body = (await response.json()) as Uploaded | { error: ErrorBody };
  if ('error' in body) throw new ApiError(body.error, response.status);
  return body;
}
