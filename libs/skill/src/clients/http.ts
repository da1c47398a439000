import { SkillError } from '../ask.ts';

/** Requests to the domains that the skill's rights name. */
export type SkillHttp = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * The platform's fetch with one difference: what the way out refuses is an error that says why, as it would otherwise
 * be an answer like any other. What may be reached is decided outside of this process, by the egress proxy.
 */
export function httpClient(fetch: SkillHttp): SkillHttp {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.headers.get('x-holdfast-egress') !== 'denied') return response;
    throw new SkillError('REFUSED', `The way out refuses ${String(url)}: ${(await response.text()).slice(0, 500)}`);
  };
}
