import type { TestDaemon } from './testing.ts';
import { shell, testEngine, testSpec } from './testing-box.ts';

/** A service in a process of its own, for the test that kills it: boxes, each with a program that would run for long. */
async function main(daemon: TestDaemon, count: number): Promise<void> {
  const engine = testEngine(daemon);
  const specs = Array.from({ length: count }, () => testSpec());
  for (const spec of specs) {
    const box = await engine.create(spec);
    await shell(box, `sleep 1000 & sleep 1001 & echo`);
    void shell(box, `sleep ${process.argv[3]}`);
    void shell(box, `sleep ${process.argv[3]}`, 'root');
  }
  console.log(JSON.stringify(specs.map(({ id }) => id)));
  // Until it is killed.
  setInterval(() => undefined, 60_000);
}

await main(JSON.parse(process.argv[2] ?? '{}') as TestDaemon, 3);
