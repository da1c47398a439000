/**
 * The Content-Security-Policy of the console: scripts, styles and workers of its own only, and Trusted Types, so that no
 * text becomes HTML or the address of a script but through the one policy that the console names.
 *
 * @param cdnOrigin where the assets come from, if not from here, such as `https://cdn.example.com`
 */
export function consolePolicy(cdnOrigin = ''): string {
  const own = ["'self'", cdnOrigin].filter((source) => source !== '').join(' ');
  return [
    "default-src 'none'",
    `script-src ${own}`,
    `style-src ${own}`,
    `font-src ${own}`,
    `img-src ${own} data: blob:`,
    `connect-src ${own}`,
    // A worker must come from the page's own origin, wherever the other assets lie.
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    'trusted-types holdfast',
    "require-trusted-types-for 'script'",
  ].join('; ');
}
