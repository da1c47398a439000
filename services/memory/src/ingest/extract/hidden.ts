/** The parts of a DOM that are needed here: this code runs without the types of a page. */
interface ElementLike {
  getAttribute(name: string): string | null;
  readonly textContent: string | null;
  remove(): void;
}
interface DocumentLike {
  querySelectorAll(selector: string): Iterable<ElementLike>;
}

/** Each of these makes a text unseen: not shown, without size, transparent, or outside of the page. */
const HIDING = [
  /(?:^|[;{\s])display\s*:\s*none/i,
  /(?:^|[;{\s])visibility\s*:\s*(?:hidden|collapse)/i,
  /(?:^|[;{\s])opacity\s*:\s*0?\.?0+%?\s*(?:!important\s*)?(?:;|$)/i,
  /(?:^|[;{\s])font-size\s*:\s*0*\.?0*[01]?(?:px|pt|em|rem|%)?\s*(?:!important\s*)?(?:;|$)/i,
  /(?:^|[;{\s])(?:width|height|max-width|max-height)\s*:\s*[01]?(?:\.\d+)?(?:px|pt|em|%)?\s*(?:;|$)/i,
  /(?:^|[;{\s])(?:left|right|top|bottom|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}/i,
  /(?:^|[;{\s])clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?/i,
  /(?:^|[;{\s])clip-path\s*:\s*inset\(\s*(?:50|100)%/i,
  /(?:^|[;{\s])(?:-webkit-text-fill-)?color\s*:\s*(?:transparent|rgba\([^)]*,\s*0\s*\))/i,
];
const STYLED = '[style], [hidden], [aria-hidden="true"]';
const MAX_RULES = 500;
const MAX_CSS = 1024 * 1024;

/**
 * Takes out what a reader does not see, by attributes, inline styles and the page's own style sheet: it is where a page
 * hides instructions for whoever reads it by machine.
 */
export function removeHidden(document: DocumentLike): void {
  for (const element of document.querySelectorAll(STYLED)) {
    const style = element.getAttribute('style');
    const byName = element.getAttribute('hidden') !== null || element.getAttribute('aria-hidden') === 'true';
    if (byName || (style !== null && hides(style))) element.remove();
  }
  const css = [...document.querySelectorAll('style')].map((style) => style.textContent ?? '').join('\n');
  for (const selector of hidingSelectors(css.slice(0, MAX_CSS))) {
    for (const element of selected(document, selector)) element.remove();
  }
}

function hides(declarations: string): boolean {
  return HIDING.some((pattern) => pattern.test(declarations));
}

/** What the plain rules of a style sheet hide: no rules of other media, none for states such as :hover. */
function hidingSelectors(css: string): string[] {
  const plain = css
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
  const found: string[] = [];
  for (const [, selectors = '', declarations = ''] of plain.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (!hides(declarations)) continue;
    for (const selector of selectors.split(',').map((one) => one.trim())) {
      if (/^[\w\s.#>[\]="'-]+$/.test(selector) && !/^(?:html|body|\*)$/i.test(selector)) found.push(selector);
      if (found.length === MAX_RULES) return found;
    }
  }
  return found;
}

function selected(document: DocumentLike, selector: string): ElementLike[] {
  try {
    return [...document.querySelectorAll(selector)];
  } catch (error) {
    // A selector that is none: browsers leave such a rule out as well.
    if (error instanceof Error) return [];
    throw error;
  }
}
