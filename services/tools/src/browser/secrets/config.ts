import { z } from 'zod';

/** An origin that a secret may be typed into, such as `https://example.org`. */
function originOf(text: string): string | undefined {
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (
    !url ||
    url.hostname === '' ||
    url.hostname.includes('*') ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== ''
  )
    return undefined;
  return url.username === '' && url.password === '' ? url.origin : undefined;
}

const SecretSchema = z
  .strictObject({
    env: z.string().min(1).optional().describe('The environment variable that holds it.'),
    file: z.string().min(1).optional().describe('The file that holds it; a line break at its end is no part of it.'),
    hosts: z
      .array(
        z.string().transform((text, context) => {
          const origin = originOf(text);
          if (origin !== undefined) return origin;
          context.addIssue('is none of: example.org, example.org:8443, http://example.org. Patterns are not possible.');
          return z.NEVER;
        }),
      )
      .min(1)
      .describe(
        'Hosts whose pages it may be typed into, exactly: example.org or example.org:8443 by https, and http://example.org where it has to be.',
      ),
  })
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), 'needs env or file, one of them');

/** The `secrets` part of the `tools` section: what agents may have typed, and never see. */
export const SecretsConfigSchema = z
  .record(z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'letters, digits, _ and -, a letter first'), SecretSchema)
  .default({})
  .describe('By name: what is typed for {{secret:NAME}} in the browser. The model never sees it.');

/** The checked `tools.secrets` section. `hosts` are origins. */
export type SecretsConfig = z.infer<typeof SecretsConfigSchema>;
