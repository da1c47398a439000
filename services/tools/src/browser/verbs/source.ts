import type { ToolModule, ToolSource } from '../../tool.ts';
import type { VerbDeps } from './deps.ts';
import { downloadTool } from './download.ts';
import { extractTool } from './extract.ts';
import { inputTools } from './input.ts';
import { logTools } from './logs.ts';
import { lookTools } from './look.ts';
import { navigateTool } from './navigate.ts';
import { pictureTools } from './picture.ts';
import { pointerTools } from './pointer.ts';
import { Steps } from './steps.ts';
import { tabsTool } from './tabs.ts';
import { uploadTool } from './upload.ts';
import { waitTool } from './wait.ts';

/**
 * The tools by which an agent uses the browser of its run. They are there also where Chromium is not: the first call says
 * what to install. A run that has ended gives its browser back.
 */
export function browserSource(deps: Omit<VerbDeps, 'steps'>): ToolSource {
  const steps = new Steps();
  const all: VerbDeps = { ...deps, steps };
  const modules: readonly ToolModule[] = [
    navigateTool(all),
    extractTool(all),
    ...lookTools(all),
    ...pointerTools(all),
    ...inputTools(all),
    uploadTool(all),
    waitTool(all),
    tabsTool(all),
    ...pictureTools(all),
    ...logTools(all),
    downloadTool(all),
  ];
  return {
    name: 'browser',
    list: () => modules,
    onChange: () => () => undefined,
    pauseRun: async (run) => deps.browser.pauseRun(run),
    async releaseRun(run) {
      steps.release(run);
      await deps.browser.releaseRun(run);
    },
  };
}
