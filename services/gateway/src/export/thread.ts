import { parentPort, workerData } from 'node:worker_threads';

import { exportHtml } from './html.ts';
import type { PageOrder } from './in-thread.ts';
import { exportMarkdown } from './markdown.ts';
import { EXPORT_TEXTS } from './texts.ts';

const { document, lang, page } = workerData as PageOrder;
parentPort?.postMessage(page === 'html' ? exportHtml(document, lang) : exportMarkdown(document, EXPORT_TEXTS[lang]));
