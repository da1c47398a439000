import type { MoreTexts } from '../en.ts';
import { admin } from './admin.ts';
import { browser } from './browser.ts';
import { files } from './files.ts';
import { memory } from './memory.ts';
import { tools } from './tools.ts';

/** The Chinese texts that are loaded with the pages that show them. */
export const more: MoreTexts = { admin, browser, files, memory, tools };
