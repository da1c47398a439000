/** Servers for databases, search, analysis and machine learning. */
export const DATA = {
  postgres: `
query | Run a read-only SQL query against PostgreSQL | sql: SQL statement; params
execute | Run a SQL statement that modifies data | sql; params
list_tables | List the tables of a schema | schema
describe_table | Show columns, types, keys and indexes of a table | schema; table
explain_query | Show the execution plan of a SQL query | sql; analyze
list_slow_queries | List the slowest statements by total time | limit
get_table_sizes | Get the disk size of tables and indexes | schema
list_active_connections | List active connections and what they wait for | state
kill_connection | Terminate a backend connection by pid | pid
suggest_indexes | Recommend indexes for a workload | queries
create_backup | Dump a PostgreSQL database to a file | database; path
vacuum_table | Vacuum and analyse a table to reclaim space | table; full
list_locks | List locks and which session blocks which | granted`,
  mongodb: `
find_documents | Find documents of a collection that match a filter | database; collection; filter; limit
insert_documents | Insert documents into a collection | collection; documents
update_documents | Update documents that match a filter | collection; filter; update
delete_documents | Delete documents that match a filter | collection; filter
aggregate | Run an aggregation pipeline on a collection | collection; pipeline
list_collections | List the collections of a MongoDB database | database
count_documents | Count documents that match a filter | collection; filter
create_collection_index | Create an index on fields of a collection | collection; keys; unique
collection_schema | Infer the schema of a collection from samples | collection; sample_size
drop_collection | Drop a collection with all of its documents | collection
get_replica_status | Get the state of the replica set members | name`,
  redis: `
get_key | Get the value of a Redis key | key
set_key | Set a key with optional expiry | key; value; ttl_seconds
delete_keys | Delete one or more keys | keys
scan_keys | Scan keys that match a pattern | pattern; count
hash_get_all | Get all fields of a hash | key
list_push | Push values onto a list | key; values; side
publish_message | Publish a message on a pub/sub channel | channel; message
get_ttl | Get the remaining time to live of a key | key
expire_key | Set when a key expires | key; seconds
server_info | Get Redis server memory, clients and replication figures | section
sorted_set_range | Get members of a sorted set by rank or score | key; min; max
flush_database | Remove every key of the current Redis database | async`,
  elasticsearch: `
search_index | Full-text search of documents in an Elasticsearch index | index; query: Query DSL; size
index_document | Add or replace a document in an index | index; id; document
list_indices | List indices with document counts and health | pattern
get_mappings | Get the field mappings of an index | index
create_index | Create an index with mappings and settings | index; mappings
delete_index | Delete an index | index
reindex | Copy documents of one index into another | source; dest
esql_query | Run an ES|QL query | query
get_cluster_health | Get the health of the Elasticsearch cluster and its shards | level
analyze_text | Show the tokens that an analyzer makes of a text | analyzer; text
create_alias | Point an alias at an index | index; alias`,
  bigquery: `
run_sql_job | Run a SQL job in BigQuery and return rows | sql; dry_run; max_bytes_billed
list_datasets | List datasets of a project | project
get_table_schema | Get the schema and partitioning of a BigQuery table | dataset; table
load_csv | Load a CSV file from cloud storage into a table | uri; dataset; table
export_table | Export a table to cloud storage | dataset; table; uri; format
estimate_query_cost | Estimate how many bytes a query will scan and what it costs | sql
create_scheduled_query | Schedule a SQL query to run periodically | sql; schedule
list_jobs_history | List recent query jobs and who ran them | user; state
create_view | Create a view from a query | dataset; name; sql
copy_table | Copy a table to another dataset | source; destination`,
  snowflake: `
run_statement | Run a statement on a Snowflake warehouse | statement; warehouse; role
list_warehouses | List compute warehouses with size and state | like
resize_warehouse | Change the size of a warehouse | name; size
suspend_warehouse | Suspend a warehouse so that it costs nothing | name
list_stages | List data stages | schema
copy_into_table | Load staged files into a table | stage; table; file_format
get_credit_usage | Get consumed credits by warehouse and day | start; end
grant_role | Grant a role to a user | role; user
time_travel_query | Query a table as it was at an earlier time | table; at
clone_table | Make a zero-copy clone of a table | source; target`,
  pinecone: `
upsert_vectors | Insert or update embedding vectors | index; vectors; namespace
query_vectors | Find the nearest vectors of an embedding | index; vector; top_k; filter
delete_vectors | Delete vectors by id | index; ids
describe_vector_index | Describe a vector index: dimension, metric, count | index
create_vector_index | Create a vector index | name; dimension; metric
rerank_documents | Rerank documents by relevance to a query | query; documents; model
embed_text | Turn texts into embedding vectors | texts; model
list_namespaces | List the namespaces of a vector index | index
fetch_vectors | Fetch vectors by id | index; ids
configure_index | Change replicas or pod type of a vector index | index; replicas`,
  dbt: `
run_models | Build dbt models in the warehouse | select; full_refresh
test_models | Run data tests on dbt models | select
get_lineage | Show upstream and downstream models of a model | model; depth
compile_model | Compile a model to plain SQL | model
list_models | List the models of a dbt project | tag
generate_docs | Generate the documentation site of a dbt project | target
list_metrics | List the metrics of the semantic layer | domain
query_metric | Query a metric by dimensions and time grain | metric; dimensions; grain
check_freshness | Check how fresh the source tables are | source
snapshot_tables | Record slowly changing dimensions | select`,
  grafana: `
search_dashboards | Search Grafana dashboards | query; tag
get_dashboard | Get the panels and queries of a dashboard | uid
update_dashboard | Create or change a dashboard | dashboard; folder
query_prometheus | Run a PromQL query over a time range | expr: PromQL expression; start; end; step
query_loki_logs | Query log lines with LogQL | logql; start; end; limit
list_alert_rules | List alert rules with their state | folder; state
silence_alert | Silence alerts that match labels for a while | matchers; duration; comment
create_annotation | Mark a moment on dashboards with an annotation | text; time; tags
list_datasources | List configured data sources | type
render_panel | Render a dashboard panel as an image | uid; panel_id; from; to
list_incidents | List Grafana incidents | status
get_oncall_shift | Get who is on call in a schedule now | schedule`,
  jupyter: `
execute_cell | Execute a code cell in a notebook kernel | notebook; code; timeout
add_cell | Insert a cell into a notebook | notebook; index; type; source
read_notebook | Read the cells and outputs of a notebook | notebook
restart_kernel | Restart the kernel of a notebook | notebook
list_notebooks | List notebooks in a folder | folder
list_kernels | List running kernels | name
delete_cell | Delete a cell of a notebook | notebook; index
export_notebook | Convert a notebook to HTML, PDF or a script | notebook; format
get_variables | List variables of the kernel with type and shape | notebook
interrupt_kernel | Interrupt a computation that takes too long | notebook`,
  huggingface: `
search_models | Search machine learning models on the hub | query; task; library
get_model_card | Get the card of a model with licence and evaluation results | model_id
search_datasets | Search datasets on the hub | query; language
preview_dataset | Show the first rows of a dataset | dataset_id; split
run_inference | Run a hosted model on an input | model_id; inputs
create_model_repo | Create a model repository | name; private
upload_weights | Upload model weights to a repository | repo; path
search_papers | Search research papers about machine learning | query
list_spaces_demos | List demo apps built on a model | model_id
start_finetune | Start a fine-tuning job of a model on a dataset | base_model; dataset; epochs`,
};
