import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** WCAG 2.0, 2.1 and 2.2, levels A and AA. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
/** The rules that the theme can make a difference to. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe found on the pages that it was shown, each as one line. */
export class Findings {
  readonly lines: string[] = [];

  /** Looks at a page as it is now, in both themes; only at one part of it where the rest was seen already. */
  async look(page: Page, name: string, part = 'html'): Promise<void> {
    await page.emulateMedia({ colorScheme: 'light' });
    await this.#analyze(`${name} (light)`, checker(page, part).withTags(TAGS));
    await page.emulateMedia({ colorScheme: 'dark' });
    await this.#analyze(`${name} (dark)`, checker(page, part).withRules(COLOURS));
  }

  async #analyze(name: string, axe: AxeBuilder): Promise<void> {
    const { violations } = await axe.analyze();
    for (const { id, nodes } of violations) {
      for (const { failureSummary = '', target } of nodes) {
        this.lines.push(`${name}: ${id} at ${target.join(' ')}: ${failureSummary}`);
      }
    }
  }
}

function checker(page: Page, part: string): AxeBuilder {
  // There are no frames in our pages: axe need not open a page of its own to put the parts together.
  return new AxeBuilder({ page }).include(part).setLegacyMode(true);
}
