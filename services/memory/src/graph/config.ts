import { z } from 'zod';

/** The `memory.graph` section of holdfast.yaml: where entities and their relations are kept. */
export const GraphConfigSchema = z.strictObject({
  product: z.enum(['database', 'neo4j']).default('database').describe('database: in storage.sql. neo4j: in a Neo4j.'),
  url: z.string().default('bolt://127.0.0.1:7687').describe('Address of Neo4j: bolt://, neo4j://, or with +s for TLS.'),
  user: z.string().default('neo4j').describe('The user in Neo4j.'),
  password: z.string().default('').describe('The password in Neo4j. Empty: it asks for none.'),
  database: z.string().min(1).default('neo4j').describe('The database in Neo4j.'),
});

/** The checked `memory.graph` section. */
export type GraphConfig = z.infer<typeof GraphConfigSchema>;
