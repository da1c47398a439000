import type { Browser, Page } from '@playwright/test';

import { ADA, logIn } from '../../tests/src/console/support/people.ts';
import type { Server } from '../../tests/src/console/support/server.ts';
import { type Figure, median } from '../src/report.ts';
import { VIEWPORT } from './browser.ts';

const ROUNDS = 5;

/** What somebody waits for who comes for the first time: the log-in page, then the console. */
export async function firstPaintFigures(browser: Browser, server: Server): Promise<Figure[]> {
  const rounds: { login: number; console: number; bytes: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-US' });
    try {
      const page = await context.newPage();
      await page.goto(`${server.url}/login`);
      const login = await firstPaint(page);
      await logIn(page, ADA, 'en');
      await page.waitForURL(`${server.url}/`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      rounds.push({ login, console: await firstPaint(page), bytes: await scriptBytes(page) });
    } finally {
      await context.close();
    }
  }
  const middle = (key: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[key]));
  return [
    { name: 'first contentful paint of /login, cold', value: middle('login'), unit: 'ms' },
    { name: 'first contentful paint of / after it, cold', value: middle('console'), unit: 'ms' },
    { name: 'JavaScript sent for /, its route included', value: middle('bytes') / 1000, unit: 'KB', budget: 185 },
  ];
}

function firstPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list, observer) => {
          const [paint] = list.getEntriesByName('first-contentful-paint');
          if (!paint) return;
          observer.disconnect();
          resolve(paint.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
}

function scriptBytes(page: Page): Promise<number> {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming)
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
      .reduce((total, { encodedBodySize }) => total + encodedBodySize, 0),
  );
}
