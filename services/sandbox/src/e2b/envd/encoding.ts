import { HoldfastError } from '@holdfast/protocol';

type Encoding = 'gzip' | 'identity';

/**
 * How a file is to be sent, by what the client accepts best.
 *
 * @throws HoldfastError INVALID_ARGUMENT where it accepts neither gzip nor the plain file.
 */
export function encodingFor(acceptEncoding: string | undefined): Encoding {
  const accepted = (acceptEncoding ?? '')
    .split(',')
    .map((entry) => {
      const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { name, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ name }) => name !== '');
  const of = (name: string) => accepted.find((entry) => entry.name === name)?.quality;
  const gzip = of('gzip') ?? 0;
  const identity = of('identity') ?? of('*') ?? 0.001;
  if (gzip > 0 && gzip >= identity) return 'gzip';
  if (identity > 0) return 'identity';
  if (gzip > 0 || (of('*') ?? 0) > 0) return 'gzip';
  throw new HoldfastError('INVALID_ARGUMENT', 'A file is sent as it is, or as gzip; the request accepts neither.');
}

/** @throws HoldfastError INVALID_ARGUMENT where the body is encoded in another way. */
export function encodingOf(contentEncoding: string | undefined): Encoding {
  const name = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (name === 'gzip' || name === 'identity') return name;
  throw new HoldfastError('INVALID_ARGUMENT', `A file can come as it is, or as gzip, not as ${name}.`);
}
