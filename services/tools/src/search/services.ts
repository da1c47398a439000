import { SERVICES } from './data/services.ts';
import { stem } from './stem.ts';

/** A service that has a name of its own. */
export interface Service {
  /** All its names that tools may have, as stems. */
  readonly names: readonly string[];
  /** What it is for, as stems. */
  readonly about: readonly string[];
}

const byName = new Map<string, Service>();
/** Of Han names, the longest first. */
let longest = 0;
for (const line of SERVICES.trim().split('\n')) {
  const [names = '', about = ''] = line.split(' = ');
  const service = { names: names.split(' ').map(stem), about: about.split(' ').filter(Boolean).map(stem) };
  for (const name of names.split(' ')) {
    if (!byName.has(name)) byName.set(name, service);
    if (/\p{Script=Han}/u.test(name)) longest = Math.max(longest, name.length);
  }
}

/** The service of that name, in lower case and unstemmed. */
export function serviceOf(name: string): Service | undefined {
  return byName.get(name);
}

/** The services whose names a text of Han characters has, and the text between them. */
export function servicesIn(text: string): { services: readonly Service[]; rest: readonly string[] } {
  const services: Service[] = [];
  const rest: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; ) {
    let length = Math.min(longest, text.length - at);
    while (length > 1 && !byName.has(text.slice(at, at + length))) length -= 1;
    const service = length > 1 ? byName.get(text.slice(at, at + length)) : undefined;
    if (service) {
      services.push(service);
      if (at > from) rest.push(text.slice(from, at));
      from = at + length;
    }
    at += service ? length : 1;
  }
  if (from < text.length) rest.push(text.slice(from));
  return { services, rest };
}
