/** Servers for machines, networks and watching over them. */
export const CLOUD = {
  kubernetes: `
list_pods | List pods in a namespace with their status | namespace; label_selector
get_pod_logs | Get the logs of a pod's container | namespace; pod; container; tail_lines; previous
describe_resource | Describe a Kubernetes resource with its events | kind; name; namespace
apply_manifest | Apply a YAML manifest to the cluster | manifest; namespace; server_side
delete_resource | Delete a Kubernetes resource | kind; name; namespace
scale_deployment | Scale a deployment to a number of replicas | deployment; replicas; namespace
rollout_restart | Restart the pods of a deployment one after another | deployment; namespace
rollout_undo | Roll a deployment back to an earlier revision | deployment; revision
exec_in_pod | Execute a command inside a container of a pod | pod; command; container
port_forward | Forward a local port to a pod or service | target; ports
list_nodes | List cluster nodes with capacity and conditions | label_selector
cordon_node | Mark a node as unschedulable | node
get_cluster_events | List recent events of a namespace | namespace; type
create_secret | Create a Kubernetes secret | name; data; namespace
top_pods | Show CPU and memory use of pods | namespace`,
  docker: `
list_containers | List Docker containers | all: Also stopped ones
run_container | Create and start a container from an image | image; name; ports; env
stop_container | Stop a running container | container; timeout
remove_container | Remove a container | container; force
container_logs | Fetch the logs of a container | container; tail
build_image | Build an image from a Dockerfile | context; tag; build_args
pull_image | Pull an image from a registry | image
list_images | List local images | dangling
create_volume | Create a volume | name; driver
prune_system | Remove unused images, containers and networks to free disk space | volumes
container_stats | Show CPU, memory and network use of containers | container
compose_up | Start the services of a compose file | file; services`,
  aws_s3: `
list_buckets | List S3 buckets | region
list_objects | List objects of a bucket under a prefix | bucket; prefix; max_keys
get_object | Download an object from S3 | bucket; key
put_object | Upload an object to S3 | bucket; key; body; content_type
delete_object | Delete an object from a bucket | bucket; key
copy_object | Copy an object within or between buckets | source; destination
create_bucket | Create an S3 bucket | bucket; region; versioning
presign_url | Create a temporary link to download or upload an object | bucket; key; expires_in
set_lifecycle | Set rules by which objects expire or move to cold storage | bucket; rules
get_bucket_policy | Get the access policy of a bucket | bucket
set_bucket_public_access | Block or allow public access of a bucket | bucket; block`,
  aws_ec2: `
list_instances | List virtual machines with their state | region; filters
start_instance | Start a stopped virtual machine | instance_id
stop_instance | Stop a virtual machine | instance_id
launch_instance | Launch a new virtual machine | image; type; key_pair; subnet
terminate_instance | Terminate a virtual machine for good | instance_id
create_snapshot | Take a snapshot of a disk volume | volume_id; description
resize_instance | Change the machine type of an instance | instance_id; type
list_security_groups | List firewall security groups | vpc
authorize_ingress | Open a port in a security group | group_id; port; cidr
allocate_ip | Allocate a static public IP address | region
get_console_screenshot | Get a screenshot of the console of an instance | instance_id
list_volumes | List disk volumes and where they are attached | state`,
  aws_lambda: `
invoke_function | Invoke a serverless function | function; payload; async
list_functions | List serverless functions | region
update_function_code | Deploy new code of a function | function; zip
get_function_logs | Get recent log lines of a function | function; since
set_function_env | Set environment variables of a function | function; variables
set_concurrency | Limit how many instances of a function run at once | function; limit
create_function | Create a serverless function | name; runtime; handler; zip
add_trigger | Run a function when a queue, bucket or schedule fires | function; source
delete_function | Delete a serverless function | function
list_function_versions | List published versions of a function | function`,
  aws_billing: `
get_cost_by_service | Get cloud spending grouped by service and day | start; end; granularity
forecast_cost | Forecast cloud spending for the rest of the month | until
list_budgets | List budgets and how much is used | account
create_budget_alert | Create a budget that alerts when spending exceeds it | amount; threshold; email
find_idle_resources | Find idle resources that could be shut down | region
get_savings_recommendations | Recommend reserved capacity and savings plans | term
get_cost_by_tag | Get spending grouped by a tag | tag; start; end
list_invoices_cloud | List cloud provider invoices | year
detect_cost_anomalies | Detect unusual jumps in spending | since
get_free_tier_usage | Get usage against the free tier | service`,
  terraform: `
plan | Show what a Terraform run would change | directory; var_file
apply_plan | Apply the planned infrastructure changes | directory; auto_approve
show_state | Show the resources in the state | directory; address
import_resource | Bring an existing resource under Terraform | address; id
validate_config | Check that the configuration is valid | directory
search_modules | Search modules in the registry | query; provider
get_provider_docs | Get the documentation of a provider resource | provider; resource
list_workspaces | List workspaces | organization
destroy | Destroy all resources that are managed | directory; target
detect_drift | Detect differences between state and reality | workspace
lock_workspace | Lock a workspace against runs | workspace; reason`,
  cloudflare: `
list_dns_records | List DNS records of a zone | zone; type; name
create_dns_record | Create a DNS record such as A, CNAME, MX or TXT | zone; type; name; content; ttl
update_dns_record | Change a DNS record | zone; record_id; content
delete_dns_record | Delete a DNS record | zone; record_id
purge_cache | Purge cached files of a zone from the CDN | zone; urls; everything
list_zones | List the domains of the account | status
create_firewall_rule | Block or challenge traffic by an expression | zone; expression; action
deploy_worker | Deploy a script to the edge | name; script; routes
get_zone_analytics | Get requests, bandwidth and threats of a zone | zone; since
get_ssl_status | Get the certificate status of a domain | zone
enable_under_attack_mode | Turn on the strictest protection against a DDoS attack | zone
create_redirect_rule | Redirect one address to another | zone; from; to; status`,
  datadog: `
query_metrics | Query a time series of a metric | query; from; to
search_logs | Search logs with facets | query; from; to; limit
list_monitors | List monitors with their status | tags; state
mute_monitor | Mute a monitor until a time | monitor_id; end
create_monitor | Create a monitor on a metric or log query | type; query; message; thresholds
get_traces | Search distributed traces of a service | service; operation; min_duration
list_hosts | List the hosts that report | filter
create_datadog_dashboard | Create a Datadog dashboard from widgets | title; widgets
get_slo | Get a service level objective and its error budget | slo_id
run_synthetic_test | Run a synthetic browser or API test now | public_id
list_service_dependencies | List which services call which | service; env
create_downtime | Plan a maintenance window in which monitors stay silent | scope; start; end`,
  pagerduty: `
create_incident | Open an incident and page the responders | title; service; urgency
acknowledge_incident | Acknowledge an incident | incident_id
resolve_incident | Resolve an incident | incident_id; resolution
list_open_incidents | List open incidents | service; urgency
list_on_calls | List who is on call for an escalation policy | escalation_policy
escalate_incident | Escalate an incident to the next level | incident_id; level
add_incident_note | Add a note to an incident timeline | incident_id; content
create_override | Replace the person on call for some hours | schedule; user; start; end
list_services_pd | List the services that can be paged | team
get_incident_metrics | Get mean time to acknowledge and resolve | start; end
run_response_play | Run a prepared response with subscribers and a bridge | incident_id; play
list_schedules | List on-call schedules | query`,
  vault: `
read_secret | Read a secret from Vault | path; version
write_secret | Write a secret to Vault | path; data
list_secrets | List the secrets under a path | path
delete_secret | Delete a secret | path; versions
rotate_credentials | Rotate the password of a database role | role
issue_certificate | Issue a TLS certificate from the internal authority | common_name; ttl
revoke_lease | Revoke dynamic credentials before they expire | lease_id
create_token | Create an access token with policies | policies; ttl
encrypt_data | Encrypt data with a named key | key; plaintext
decrypt_data | Decrypt data with a named key | key; ciphertext
seal_status | Get whether Vault is sealed | node
list_policies | List access policies | prefix`,
};
