import { startNeo4j } from '@holdfast/testing';

import { GraphConfigSchema } from './config.ts';
import { describeGraph } from './conformance.ts';
import { createNeo4jGraph } from './neo4j.ts';
import { idsOf } from './testing.ts';

describeGraph('Neo4j, from two processes', async () => {
  const server = await startNeo4j();
  if (!server) return 'Neo4j is not installed; run scripts/services.sh';
  const config = GraphConfigSchema.parse({ product: 'neo4j', url: server.url });
  const now = () => 1_000;
  const graphs = {
    first: createNeo4jGraph(config, { now, newId: idsOf('a') }),
    second: createNeo4jGraph(config, { now, newId: idsOf('b') }),
  };
  const close = async () => {
    await graphs.first.close();
    await graphs.second.close();
    await server.stop();
  };
  return { ...graphs, close };
});
