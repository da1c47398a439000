/** What common tools need, by the name under which a policy may allow it. Each name is reached on ports 80 and 443. */
export const PRESETS = {
  /** pip and uv: the index, and where its files lie. */
  pypi: ['pypi.org', 'files.pythonhosted.org'],
  /** npm, pnpm, yarn: metadata, tarballs and audit are all one host. */
  npm: ['registry.npmjs.org'],
  /** git over HTTPS with large files, archives, raw files and release downloads. The API is not in it: it can publish. */
  github: [
    'github.com',
    'codeload.github.com',
    'raw.githubusercontent.com',
    'objects.githubusercontent.com',
    'release-assets.githubusercontent.com',
    'media.githubusercontent.com',
    'github-cloud.githubusercontent.com',
    'github-cloud.s3.amazonaws.com',
  ],
  /** apt with the sources.list of a fresh installation. */
  debian: ['deb.debian.org', 'security.debian.org'],
} as const satisfies Record<string, readonly string[]>;

/** The name of a preset. */
export type PresetName = keyof typeof PRESETS;

/** Whether `text` names a preset. */
export function isPresetName(text: string): text is PresetName {
  return Object.hasOwn(PRESETS, text);
}
