import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

/** Finds all addresses of a name. Rejects when there is none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** The resolver of the system blocks a thread of a small pool, which files need too: so many lookups at once, no more. */
const lanes = [Promise.resolve(), Promise.resolve()];
let turn = 0;

/** Asks the resolver of this machine, as every other program here does: /etc/hosts, then DNS. */
export const systemResolve: Resolve = async (name) => {
  const lane = (turn += 1) % lanes.length;
  const answers = (lanes[lane] ?? Promise.resolve()).then(() => lookup(name, { all: true, order: 'verbatim' }));
  lanes[lane] = answers.then(
    () => undefined,
    () => undefined,
  );
  return (await answers).map(({ address }) => address);
};

/** The addresses of this machine. They may be public, and yet lead to services that are meant for the inside. */
export function machineAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address)));
}
