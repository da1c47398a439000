import { HoldfastError } from '@holdfast/protocol';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The environment of a command: built, never inherited. */
export function buildEnvironment(path: string, added: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(added)) {
    if (!NAME.test(name)) {
      throw new HoldfastError('INVALID_ARGUMENT', `"${name}" cannot be the name of an environment variable.`);
    }
    if (value.includes('\0')) {
      throw new HoldfastError('INVALID_ARGUMENT', `The environment variable ${name} holds a NUL character.`);
    }
  }
  return {
    PATH: path,
    HOME: '/tmp',
    TMPDIR: '/tmp',
    USER: 'user',
    LOGNAME: 'user',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    ...added,
  };
}
