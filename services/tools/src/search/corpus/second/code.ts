/** Servers for software in the style of public MCP servers: terse, the service often in the name of the tool. */
export const CODE = {
  github: `
create_issue | Create a new issue in a GitHub repository | owner; repo; title; body; assignees; labels
update_issue | Update an existing issue | owner; repo; issue_number; state; title
search_issues | Search for issues and pull requests across GitHub repositories | q; sort; order
search_repositories | Search for GitHub repositories | query; page; perPage
create_or_update_file | Create or update a single file in a repository | owner; repo; path; content; message; branch
push_files | Push multiple files in a single commit | owner; repo; branch; files; message
create_pull_request | Create a new pull request | owner; repo; title; head; base
list_pull_requests | List and filter repository pull requests | owner; repo; state
merge_pull_request | Merge a pull request | owner; repo; pull_number
get_pull_request_files | Get the list of files changed in a pull request | owner; repo; pull_number
get_pull_request_status | Get combined status of all checks of a pull request | owner; repo; pull_number
create_repository | Create a new repository in your account | name; private; description
create_branch | Create a new branch | owner; repo; branch; from_branch
list_commits | Get list of commits of a branch | owner; repo; sha
get_me | Get details of the authenticated user
list_notifications | List notifications for the user | filter; since
run_workflow | Run an Actions workflow | owner; repo; workflow_id; ref
star_repository | Star a repository | owner; repo
list_code_scanning_alerts | List code scanning alerts | owner; repo; severity`,
  gitee: `
gitee_create_issue | 在 Gitee 仓库中创建 Issue | owner; repo; title; body
gitee_list_pulls | 列出仓库的 Pull Request | owner; repo; state
gitee_merge_pull | 合并 Pull Request | owner; repo; number
gitee_list_user_repos | 列出用户授权的仓库 | sort; page
gitee_get_file_content | 获取仓库中文件的内容 | owner; repo; path; ref
gitee_create_release | 为仓库创建发行版 | owner; repo; tag_name; body`,
  puppeteer: `
puppeteer_navigate | Navigate to any URL in the browser | url
puppeteer_screenshot | Capture screenshots of the page or of an element | name; selector; width; height
puppeteer_click | Click an element on the page | selector
puppeteer_fill | Fill out an input field | selector; value
puppeteer_select | Choose an option of a SELECT element | selector; value
puppeteer_hover | Hover over an element | selector
puppeteer_evaluate | Execute JavaScript in the browser console | script`,
  playwright: `
browser_console_messages | Returns all console messages | level
browser_network_requests | Returns all network requests since loading the page
browser_file_upload | Upload one or multiple files | paths
browser_handle_dialog | Accept or dismiss a dialog | accept; promptText
browser_tab_new | Open a new tab | url
browser_pdf_save | Save page as PDF | filename
browser_press_key | Press a key on the keyboard | key
browser_wait_for | Wait for text to appear or a time to pass | text; time`,
  supabase: `
execute_sql | Executes raw SQL in the Postgres database | project_id; query
apply_migration | Applies a migration with DDL to the database | project_id; name; query
list_tables | Lists all tables in one or more schemas | project_id; schemas
list_edge_functions | Lists all Edge Functions in a project | project_id
deploy_edge_function | Deploys an Edge Function | project_id; name; files
get_advisors | Gets advisory notices on security and performance | project_id; type
pause_project | Pauses a project | project_id
generate_typescript_types | Generates TypeScript types from the schema | project_id
get_anon_key | Gets the anonymous API key of a project | project_id`,
  sqlite: `
read_query | Execute a SELECT query on the SQLite database | query
write_query | Execute an INSERT, UPDATE, or DELETE query | query
create_table | Create a new table in the SQLite database | query
describe-table | Get the schema information for a specific table | table_name
append_insight | Add a business insight to the memo | insight`,
  redis: `
hset | Set a field in a hash stored at key with an optional expiration time | name; key; value; expire_seconds
lpush | Push a value onto the left of a list | name; value
publish | Publish a message to a channel | channel; message
dbsize | Get the number of keys stored in the database
client_list | Get a list of connected clients`,
  mongodb: `
find | Run a find query against a collection | database; collection; filter; projection; limit
aggregate | Run an aggregation against a collection | database; collection; pipeline
insert-many | Insert an array of documents into a collection | database; collection; documents
collection-indexes | Describe the indexes for a collection | database; collection
drop-collection | Removes a collection or view from the database | database; collection`,
  vercel: `
list_deployments | List deployments of a project | projectId; teamId
get_deployment_build_logs | Get the build logs of a deployment | idOrUrl; limit
check_domain_availability_and_price | Check if a domain name is available for purchase and its price | names
get_access_to_vercel_url | Create a temporary shareable link to a protected deployment | url`,
  netlify: `
deploy_site | Build and deploy a site to production | siteId; deployDirectory
manage_env_vars | Read, set or delete environment variables of a site | siteId; key; value
manage_form_submissions | List or delete what visitors sent through a form | siteId; formId`,
  cloudflare: `
workers_list | List all Workers in your account
kv_namespace_create | Create a new KV namespace | title
d1_database_query | Query a D1 database | database_id; sql; params
r2_bucket_delete | Delete an R2 bucket | name
query_worker_observability | Query logs and metrics of Workers | query; timeframe`,
  kubernetes: `
kubectl_get | Get or list Kubernetes resources by type and name | resourceType; name; namespace
kubectl_logs | Get logs from pods, deployments or jobs | resourceType; name; tail
kubectl_scale | Scale a deployment | name; replicas; namespace
kubectl_delete | Delete resources | resourceType; name; namespace
kubectl_rollout | Manage the rollout of a resource: status, restart, undo | subCommand; name
install_helm_chart | Install a Helm chart | name; chart; repo; values
port_forward | Forward a local port to a pod | resourceName; localPort; targetPort
node_management | Cordon, drain or uncordon nodes | operation; nodeName`,
  sentry: `
find_organizations | Find organizations that you have access to
search_issues | Search for grouped issues in Sentry | organizationSlug; query
get_issue_details | Get details about an issue | issueId
analyze_issue_with_seer | Root cause analysis of an issue with suggested code fixes | issueId
update_issue | Resolve, assign or ignore an issue | issueId; status; assignedTo
create_project | Create a new project in Sentry | name; platform`,
  context7: `
resolve-library-id | Resolves a package name to a Context7 library ID | libraryName
get-library-docs | Fetches up-to-date documentation for a library | libraryId; topic; tokens`,
  figma: `
get_design_context | Generate UI code for a node of the design | nodeId; framework
get_variable_defs | Get design tokens: colours, fonts, spacing used in the selection | nodeId
get_metadata | Get layer structure as sparse XML | nodeId`,
  grafana: `
search_dashboards | Search for dashboards by a query string | query
query_prometheus | Query Prometheus using a PromQL expression | expr; start; end
query_loki_logs | Query Loki using a LogQL expression | logql; limit
list_alert_rules | List alert rules and their state | label_selectors
list_incidents | List incidents | status; limit`,
  e2b: `
run_code | Run python code in a secure sandbox. Uses the Jupyter Notebook syntax | code`,
  docker: `
list-containers | List all Docker containers | all
create-container | Create a new standalone Docker container | image; name; ports; environment
deploy-compose | Deploy a Docker Compose stack | compose_yaml; project_name
get-logs | Retrieve the latest logs for a container | container_name
pull_image | Pull a Docker image | repository; tag`,
};
