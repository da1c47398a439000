import type { Page } from '@playwright/test';

/** What a mouse could use in the main part of the page and the Tab key never comes to. */
export async function unreached(page: Page): Promise<string[]> {
  const mark = 'data-reached';
  const count = await page.evaluate(
    () => document.querySelectorAll('a, button, input, select, textarea, summary').length,
  );
  await page.locator('a[href="#main"]').focus();
  for (let step = 0; step < count + 10; step += 1) {
    await page.evaluate((name) => document.activeElement?.setAttribute(name, ''), mark);
    await page.keyboard.press('Tab');
  }
  return page.evaluate((name) => {
    const selector = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary';
    // Of radio buttons and tabs, the Tab key comes to the chosen one, and arrows lead to the others.
    const grouped = 'input[type=radio]:not(:checked), [role=tab][aria-selected=false]';
    return [...document.querySelectorAll<HTMLElement>(selector)]
      .filter((element) => element.checkVisibility() && !element.matches(grouped) && !element.hasAttribute(name))
      .map((element) => element.outerHTML.slice(0, 200));
  }, mark);
}
