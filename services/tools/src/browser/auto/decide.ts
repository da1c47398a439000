import type { DecideEngine, EngineDecision, Intent } from '../browser.ts';
import { type Look, lookAt } from './look.ts';
import { type Probe, probe } from './probe.ts';

/** Less text than this, and a script: the page is made by the script. */
const LITTLE_TEXT = 200;
/** A page with less text than this, and no picture, is empty. */
const NO_TEXT = 20;
const WALLED = new Set([401, 403, 407, 429]);
const CHALLENGE =
  /just a moment|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|attention required|cf-chl|cf_chl|_incapsula_|captcha|ddos protection|enable javascript and cookies|安全验证|人机验证/i;
const WANTS_SCRIPT = /javascript|js|脚本/i;
/** Names in a query that often belong to a link that works once. */
const ONCE =
  /(?:^|[_-])(?:token|code|otp|ticket|sig|signature|confirm|confirmation|verify|verification|invite|reset|nonce|magic|unsubscribe)$/i;

/** Decides for `auto`: {@link engineWithoutLook} where that is enough, and else by a {@link probe}. */
export const decideEngine: DecideEngine = async ({ url, intent, proxyUrl, signal }) =>
  engineWithoutLook(url, intent) ?? engineFor(await probe(url, { proxyUrl, signal }));

/** What is decided by the intent and the address alone; undefined where the page has to be looked at. */
export function engineWithoutLook(url: string, intent: Intent | undefined): EngineDecision | undefined {
  if (intent === 'interact') return playwright('the page is going to be acted on');
  const parsed = URL.parse(url);
  const once = parsed && [...parsed.searchParams.keys()].find((key) => ONCE.test(key));
  if (once !== null && once !== undefined) {
    return playwright(
      `the address has "${once.slice(0, 50)}" in it and may work only once, so that it was not looked at before`,
    );
  }
  return undefined;
}

/** The engine for what a look gave. Pure. What is not clearly a page of its own text is Playwright's. */
export function engineFor(looked: Probe): EngineDecision {
  if (!looked.answered) return playwright(`nothing is known of the page: ${looked.why}`);
  const { status, contentType, attachment, head, complete } = looked;
  if (WALLED.has(status) || status >= 500) return playwright(`the server answers a plain request with ${status}`);
  if (attachment) return puppeteer('the address is a file to be saved');
  if (contentType !== 'text/html' && contentType !== 'application/xhtml+xml') {
    if (contentType === '') return playwright('the server does not say what the page is');
    return puppeteer(`it is ${contentType}, which has no scripts`);
  }
  return engineForHtml(lookAt(head), head, complete);
}

function engineForHtml(page: Look, head: string, complete: boolean): EngineDecision {
  const { textChars, scripts } = page;
  if (textChars < 10 * LITTLE_TEXT && CHALLENGE.test(head)) {
    return playwright('the server wants to see a real browser first');
  }
  if (page.hasPassword) return playwright('the page has a form to log in');
  if (page.hasRefresh) return playwright('the page sends its reader on by itself');
  if (scripts > 0 && page.emptyRoot !== '') {
    return playwright(`scripts make the page: its "${page.emptyRoot.slice(0, 50)}" is empty`);
  }
  if (scripts > 0 && textChars < LITTLE_TEXT) {
    if (WANTS_SCRIPT.test(page.noscript)) return playwright('the page says that it needs scripts');
    const words = complete ? 'it has' : 'it begins with';
    return playwright(`scripts make the page: ${words} ${textChars} characters of text and ${scripts} scripts`);
  }
  if (!complete && textChars < LITTLE_TEXT) {
    return playwright('the beginning of the page, as far as it was looked at, has hardly any text');
  }
  return puppeteer(`the page is its own text: ${textChars} characters and ${scripts} scripts`);
}

/** Whether a page came out empty, though it has scripts that may fill it: a reason to change the engine. */
export function cameOutEmpty(html: string): boolean {
  const { textChars, images, scripts, emptyRoot } = lookAt(html);
  if (scripts === 0) return false;
  return (textChars < NO_TEXT && images === 0) || (emptyRoot !== '' && textChars < LITTLE_TEXT);
}

function playwright(reason: string): EngineDecision {
  return { engine: 'playwright', reason: `Playwright, since ${reason}.` };
}

function puppeteer(reason: string): EngineDecision {
  return { engine: 'puppeteer', reason: `Puppeteer, since ${reason}.` };
}
