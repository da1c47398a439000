import { admin } from './admin.ts';
import { browser } from './browser.ts';
import { files } from './files.ts';
import { memory } from './memory.ts';
import { tools } from './tools.ts';

/** The English texts that are loaded with the pages that show them. */
export const more = { admin, browser, files, memory, tools };
