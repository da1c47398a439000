import { HoldfastError } from '@holdfast/protocol';

const WEB = new Set(['http:', 'https:']);
const MAX_URL_CHARS = 8192;

/**
 * Whether the top of a tab may have this address: the web, or an empty page. Everything else either reads this machine
 * (`file:`, `view-source:`), is the browser's own (`chrome:`, `devtools:`), or has no origin that could be judged
 * (`data:`, `blob:`, `javascript:`).
 */
export function isWebAddress(url: string): boolean {
  // A tab that has not gone anywhere yet has no address at all.
  if (url === '' || url === 'about:blank') return true;
  return WEB.has(schemeOf(url));
}

/**
 * The address in its canonical form, to be opened.
 *
 * @throws HoldfastError INVALID_ARGUMENT for what is no address, REFUSED for one that may not be opened.
 */
export function checkAddress(given: string): string {
  if (given === 'about:blank') return given;
  if (given.length > MAX_URL_CHARS) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `The address has ${given.length} characters; ${MAX_URL_CHARS} at most.`,
    );
  }
  let url: URL;
  try {
    url = new URL(given);
  } catch (cause) {
    const message = `"${given.slice(0, 200)}" is no address. Write it in full, as in https://example.org/page. Nothing was opened.`;
    throw new HoldfastError('INVALID_ARGUMENT', message, { cause });
  }
  if (!WEB.has(url.protocol)) throw refusedScheme(url.protocol);
  if (url.username !== '' || url.password !== '') {
    const message = 'An address with a user name or password in it is not opened. Leave them out. Nothing was opened.';
    throw new HoldfastError('REFUSED', message);
  }
  return url.href;
}

/** What is said of an address that a tab may not have. */
export function refusedScheme(scheme: string): HoldfastError {
  return new HoldfastError(
    'REFUSED',
    `Addresses of ${scheme.slice(0, 40)} are not opened, only http: and https:. The page was closed or never opened; everything else is as it was.`,
  );
}

function schemeOf(url: string): string {
  try {
    return new URL(url).protocol;
  } catch {
    return 'unknown:';
  }
}
