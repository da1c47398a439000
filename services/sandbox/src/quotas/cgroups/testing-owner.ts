import { type DriverUnderTest, launch, openDriver } from './testing.ts';

/**
 * A service that makes groups with processes in them, for a test that kills it. Arguments: the driver, the name of the
 * parent group, ids. Prints the processes as one JSON line, and then waits.
 */
async function main([driver, name, ...ids]: readonly string[]): Promise<void> {
  const cgroups = await openDriver(driver as DriverUnderTest, name ?? '');
  const pids: (number | undefined)[] = [];
  for (const id of ids) {
    const group = await cgroups.create(id, { memoryBytes: 64 << 20, cpus: 1, pids: 16 });
    pids.push(launch(group, ['sleep', '1000']).pid);
    while ((await group.usage()).pids === 0) await new Promise(setImmediate);
  }
  console.log(JSON.stringify(pids));
  setInterval(() => undefined, 1000);
}

await main(process.argv.slice(2));
