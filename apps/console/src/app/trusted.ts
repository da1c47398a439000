/** The part of the Trusted Types API that is used here; browsers without it take plain strings. */
interface Policy {
  createHTML(text: string): string;
  createScriptURL(url: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

/** Our own workers: no other address of a script is ever needed. */
const SCRIPT = /^\/(sw\.js|assets\/[\w-]+\.worker-[\w-]+\.js)$/;

const rules: Policy = {
  // The Markdown worker sanitises; nothing else makes HTML (see markdown/streamed-markdown.tsx).
  createHTML: (text) => text,
  createScriptURL(url) {
    const { origin, pathname } = new URL(url, window.location.href);
    if (origin !== window.location.origin || !(SCRIPT.test(pathname) || import.meta.env.DEV)) {
      throw new TypeError(`${url} is not a script of the console.`);
    }
    return url;
  },
};

const factory = (window as { trustedTypes?: Factory }).trustedTypes;

/** The only way for text to become HTML or the address of a script: the page's policy names no other. */
export const trusted: Policy = factory ? factory.createPolicy('holdfast', rules) : rules;
