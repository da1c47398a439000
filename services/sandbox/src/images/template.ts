import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens, 40 at most');
// None of these holds a character that a shell, apt, pip or npm would take for anything but a name and a version.
const debianPackage = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9+.-]{1,99}(=[A-Za-z0-9.+~:-]{1,99})?$/,
    'a Debian package, such as "git" or "git=1:2.39.5-0"',
  );
const pipPackage = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(\[[A-Za-z0-9,_-]{1,99}\])?(==[A-Za-z0-9.+!-]{1,99})?$/,
    'a package of PyPI, such as "httpx" or "httpx==0.28.1"',
  );
const npmPackage = z
  .string()
  .regex(
    /^(@[a-z0-9][a-z0-9._-]{0,99}\/)?[a-z0-9][a-z0-9._-]{0,99}(@[A-Za-z0-9.+-]{1,99})?$/,
    'a package of npm, such as "zod" or "zod@4.6.7"',
  );
const reference = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9.:/_-]{0,199}(@sha256:[0-9a-f]{64})?$/,
    'an image reference, such as "registry.example/team/image:1.2"',
  );

/** One template, as it is declared: what the sandboxes made of it find inside. */
export const TemplateSchema = z
  .strictObject({
    names: z.array(id).default([]).describe('Other names that it can be asked for by.'),
    description: z.string().max(500).default('').describe('What it is for, one sentence.'),
    host: z
      .boolean()
      .default(false)
      .describe("At level process, use the host's own programs, read-only: nothing is built for that level."),
    packages: z.array(debianPackage).optional().describe('Build it: a minimal Debian, with these packages.'),
    pip: z.array(pipPackage).default([]).describe('Packages of PyPI, wheels only. Needs the package python3-pip.'),
    npm: z
      .array(npmPackage)
      .default([])
      .describe('Packages of npm, global, no install scripts. Needs the package npm.'),
    pull: reference.optional().describe('Fetch it from a container registry instead of building it.'),
    env: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().regex(/^[^\0]*$/))
      .default({})
      .describe('Environment of every command.'),
    user: z.enum(['user', 'root']).default('user').describe('Whom commands belong to that ask for nobody.'),
  })
  .refine(({ host, packages, pull }) => host || packages !== undefined || pull !== undefined, {
    error: 'a template needs a source: host, packages or pull',
  })
  .refine(({ packages, pull }) => packages === undefined || pull === undefined, {
    error: 'packages and pull exclude each other',
  })
  .refine(({ packages, pip }) => pip.length === 0 || packages?.some((name) => isPackage(name, 'python3-pip')), {
    error: 'pip needs the Debian package python3-pip among the packages',
  })
  .refine(({ packages, npm }) => npm.length === 0 || packages?.some((name) => isPackage(name, 'npm')), {
    error: 'npm needs the Debian package npm among the packages',
  });

/** All templates, each under its id. No id or name stands for two of them. */
export const TemplatesSchema = z.record(id, TemplateSchema).superRefine((templates, context) => {
  const owners = new Map(Object.keys(templates).map((key) => [key, key]));
  for (const [key, { names }] of Object.entries(templates)) {
    for (const name of names) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, key);
      else context.addIssue({ code: 'custom', path: [key, 'names'], message: `"${name}" already stands for ${owner}` });
    }
  }
});

/** What a template declares, checked and complete. */
export type TemplateDeclaration = z.infer<typeof TemplateSchema>;

/** A template with its id. */
export interface Template extends TemplateDeclaration {
  readonly id: string;
}

/** The templates of a checked declaration. */
export function templatesOf(declared: z.infer<typeof TemplatesSchema>): Template[] {
  return Object.entries(declared).map(([key, template]) => ({ ...template, id: key }));
}

function isPackage(declared: string, name: string): boolean {
  return declared.split('=')[0] === name;
}
