export {
  type ModelFault,
  type ModelRequest,
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from './model-server.ts';
export { type MilvusServer, startMilvus } from './milvus.ts';
export { type Neo4jServer, startNeo4j } from './neo4j.ts';
export { type PostgresCluster, type PostgresClusterOptions, startPostgres } from './postgres.ts';
export {
  type ProviderRequest,
  type Reply,
  type ReplyFault,
  type ReplyToolCall,
  type Script,
  scriptOf,
} from './provider-reply.ts';
export { type Provider, type ProviderOptions, type ProviderStats, startProvider } from './provider.ts';
export { type RedisServers, startRedis } from './redis.ts';
export { unprivilegedUser } from './postgres-host.ts';
