import { stuckBuilder, testImages, tinyTemplates } from './testing-images.ts';

/** A service in a process of its own, for a test that kills it: it says when its build is half-way. */
async function main(folder: string): Promise<void> {
  const test = await testImages(folder);
  const images = await test.open({ templates: tinyTemplates('tiny') }, { build: stuckBuilder });
  await images.acquire('tiny', 'process', {
    signal: new AbortController().signal,
    progress: (line) => process.send?.(line),
  });
}

await main(process.argv[2] ?? '');
