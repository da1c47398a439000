export { type PostgresCluster, type PostgresClusterOptions, startPostgres } from './postgres.ts';
