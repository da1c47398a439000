import type { Provider } from '../provide.ts';
import type { Token } from '../token.ts';

/**
 * The providers by token, once it is sure that everything that is wanted can be made.
 *
 * @throws TypeError naming what is missing, provided twice, in a circle, or kept longer than what it needs.
 */
export function checkProviders(
  builtins: ReadonlyMap<Token<unknown>, unknown>,
  providers: readonly Provider[],
  wanted: readonly Token<unknown>[],
): ReadonlyMap<Token<unknown>, Provider> {
  const byToken = new Map<Token<unknown>, Provider>();
  for (const provider of providers) {
    const { token } = provider;
    if (builtins.has(token)) throw new TypeError(`${token.name} is given by the platform and cannot be provided.`);
    if (byToken.has(token)) throw new TypeError(`${token.name} is provided twice. Keep one of the two.`);
    byToken.set(token, provider);
  }
  const done = new Set<Token<unknown>>();
  const visit = (token: Token<unknown>, path: readonly Token<unknown>[]): void => {
    if (path.includes(token)) {
      const circle = [...path.slice(path.indexOf(token)), token].map(({ name }) => name).join(' -> ');
      throw new TypeError(`These need each other in a circle: ${circle}. Break it at one of them.`);
    }
    if (done.has(token) || builtins.has(token)) return;
    const provider = byToken.get(token);
    if (!provider) {
      const by = path.at(-1) === undefined ? '' : `, which ${path.at(-1)?.name} needs`;
      throw new TypeError(
        `Nothing provides ${token.name}${by}. Export provide(${token.name}, ...) from a tool module.`,
      );
    }
    for (const need of Object.values(provider.needs)) {
      visit(need, [...path, token]);
      if (provider.scope === 'process' && byToken.get(need)?.scope === 'run') {
        throw new TypeError(
          `${token.name} (process) outlives ${need.name} (run), which it needs. Make it a run's too.`,
        );
      }
    }
    done.add(token);
  };
  for (const token of [...byToken.keys(), ...wanted]) visit(token, []);
  return byToken;
}
