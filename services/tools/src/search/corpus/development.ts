/** Servers for writing and shipping software: one tool a line, `name | description | parameters`. */
export const DEVELOPMENT = {
  github: `
create_issue | Create a new issue in a GitHub repository | owner: Repository owner; repo: Repository name; title; body; labels: Labels to apply
list_issues | List issues of a repository with filtering by state and labels | owner; repo; state: open, closed or all; labels
add_issue_comment | Add a comment to an existing issue | owner; repo; issue_number; body: Comment text
create_pull_request | Create a new pull request | owner; repo; title; head: Branch with the changes; base: Branch to merge into; draft
merge_pull_request | Merge a pull request | owner; repo; pull_number; merge_method: merge, squash or rebase
list_pull_requests | List pull requests in a repository | owner; repo; state; sort
get_pull_request_diff | Get the diff of a pull request | owner; repo; pull_number
create_pull_request_review | Submit a review on a pull request: approve, request changes or comment | owner; repo; pull_number; event; comments
search_code | Search for code across GitHub repositories | q: Search query in GitHub code search syntax; page
get_file_contents | Get the contents of a file or directory from a repository | owner; repo; path; ref: Branch, tag or commit
fork_repository | Fork a repository to your account or an organization | owner; repo; organization
create_branch | Create a new branch in a repository | owner; repo; branch; from_branch
list_commits | Get the list of commits of a branch | owner; repo; sha; author
create_release | Publish a release for a tag with notes | owner; repo; tag_name; body; prerelease
rerun_failed_workflow | Re-run the failed jobs of a GitHub Actions workflow run | owner; repo; run_id`,
  gitlab: `
create_merge_request | Create a new merge request in a GitLab project | project_id; source_branch; target_branch; title; description
list_merge_requests | List merge requests of a project | project_id; state; author_username
accept_merge_request | Merge an open merge request when it can be merged | project_id; merge_request_iid; squash
create_project_issue | Open an issue in a GitLab project | project_id; title; description; assignee_ids
list_pipelines | List CI pipelines of a project | project_id; ref; status
retry_pipeline | Retry the failed jobs in a CI pipeline | project_id; pipeline_id
cancel_pipeline | Cancel a running CI pipeline | project_id; pipeline_id
get_job_log | Get the log output of a CI job | project_id; job_id
create_repository_file | Commit a new file to a GitLab repository | project_id; file_path; branch; content; commit_message
list_project_members | List the members of a project with their access levels | project_id; query
protect_branch | Protect a branch against pushes and merges by unauthorised roles | project_id; name; push_access_level
set_ci_variable | Create or update a CI/CD variable of a project | project_id; key; value; masked`,
  git: `
git_status | Show the working tree status | repo_path: Path of the repository
git_diff_unstaged | Show changes in the working directory that are not yet staged | repo_path; context_lines
git_diff_staged | Show changes that are staged for commit | repo_path
git_commit | Record changes to the repository | repo_path; message: Commit message
git_add | Add file contents to the staging area | repo_path; files
git_reset | Unstage all staged changes | repo_path
git_log | Show the commit logs | repo_path; max_count; since
git_checkout | Switch branches | repo_path; branch_name
git_blame | Show what revision and author last modified each line of a file | repo_path; file; line_start
git_stash | Put uncommitted changes aside to be applied later | repo_path; message
git_cherry_pick | Apply the changes of an existing commit onto the current branch | repo_path; commit
git_bisect | Find by binary search the commit that introduced a bug | repo_path; good; bad`,
  jira: `
create_ticket | Create a Jira issue such as a bug, story or task | project_key; issue_type: Bug, Story, Task or Epic; summary; description; priority
search_tickets | Search Jira issues using JQL | jql: Query in Jira Query Language; max_results
get_ticket | Get details of a Jira issue by key | issue_key: For instance PROJ-123; fields
update_ticket | Edit fields of an existing Jira issue | issue_key; fields
transition_ticket | Move an issue to another status in its workflow | issue_key; transition: Name of the target status
assign_ticket | Assign a Jira issue to a user | issue_key; account_id
add_ticket_comment | Add a comment to a Jira issue | issue_key; body
link_tickets | Link two issues, for instance blocks or duplicates | inward_key; outward_key; link_type
list_sprints | List the sprints of a board | board_id; state: active, future or closed
move_to_sprint | Move issues into a sprint | sprint_id; issue_keys
log_work | Add a worklog entry with time spent to an issue | issue_key; time_spent; started
create_epic | Create an epic that groups stories | project_key; name; summary
list_boards | List agile boards visible to the user | project_key; type`,
  linear: `
save_issue | Create or update a Linear issue | team: Team key; title; description; priority; cycle
find_issues | Find Linear issues by text, assignee or state | query; assignee; state
list_cycles | List the cycles of a team | team; type: current, previous or next
create_initiative | Create an initiative to group projects toward a goal | name; owner; target_date
list_linear_projects | List projects in the Linear workspace | team; state
post_project_update | Post a health update to a Linear project | project; health: onTrack, atRisk or offTrack; body
set_issue_estimate | Set the estimate points of a Linear issue | issue; estimate
archive_issue | Archive a Linear issue | issue
list_triage | List issues waiting in the triage inbox of a team | team
create_issue_label | Create a label for issues of a team | name; color; team
subscribe_issue | Subscribe a user to notifications of a Linear issue | issue; user
get_roadmap | Get the roadmap with projects and milestones | quarter`,
  sentry: `
list_error_issues | List unresolved error groups of a project sorted by frequency | organization; project; query; stats_period
get_issue_details | Get the details of an error with its stack trace and tags | issue_id: Sentry issue id
get_event | Get one event with breadcrumbs and context | issue_id; event_id
resolve_error | Mark an error as resolved | issue_id; in_release
ignore_error | Mute an error until it happens again more often | issue_id; until_count
assign_error | Assign an error to a team or user | issue_id; owner
find_releases | Find releases with their crash-free rates | organization; project
create_dsn | Create a client key (DSN) for a project | organization; project; name
search_spans | Search performance spans and slow transactions | query; sort
create_alert_rule | Create an alert rule for error frequency | project; conditions; actions
list_teams | List the teams of an organization | organization
get_suspect_commits | Get the commits suspected of having caused an error | issue_id`,
  npm: `
search_packages | Search the npm registry for packages | text: Keywords; size
get_package_info | Get metadata of a package: versions, maintainers, licence | name; version
get_download_counts | Get download statistics of a package | name; period
list_dependencies | List the dependency tree of a package | name; depth
audit_dependencies | Scan installed dependencies for known security vulnerabilities | lockfile; severity
check_outdated | Check which dependencies have newer versions | manifest
compare_package_versions | Compare two versions of a package | name; from; to
get_package_readme | Get the README of a package | name
deprecate_version | Mark a published version as deprecated with a message | name; version; message
publish_package | Publish a package tarball to the registry | path; tag; access
add_owner | Add a maintainer to a package | name; user
get_bundle_size | Get the minified and gzipped size that a package adds | name; version`,
  sonarqube: `
get_quality_gate | Get the quality gate status of a project | project_key; branch
search_code_smells | Search code smells and bugs found by static analysis | project_key; severities; types
get_measures | Get metrics such as coverage, duplication and complexity | project_key; metric_keys
change_issue_status | Mark a finding as false positive, accepted or reopened | key; status
list_rules | List the static analysis rules of a language | language; tags
show_rule | Show the explanation of one static analysis rule | rule_key
list_hotspots | List security hotspots to review | project_key; status
get_source_with_issues | Get source lines annotated with findings | component; from; to
list_quality_profiles | List quality profiles by language | language
get_coverage_gaps | Get the files and lines that are not covered by tests | project_key; threshold`,
  jenkins: `
build_job | Trigger a build of a Jenkins job | job: Full job name; parameters
get_build_status | Get the status and result of a build | job; number
get_console_output | Get the console output of a build | job; number; start
stop_build | Abort a running build | job; number
list_jobs | List Jenkins jobs in a folder | folder
create_job | Create a Jenkins job from a configuration | name; config_xml
disable_job | Disable a job so that it no longer builds | job
list_queue | List builds that wait in the queue | limit
list_agents | List build agents with their labels and state | online_only
get_test_report | Get the test results of a build with failures | job; number
take_agent_offline | Take a build agent offline for maintenance | agent; reason
list_artifacts | List the artifacts that a build archived | job; number`,
  figma: `
get_design_file | Get the layers and frames of a Figma file | file_key; depth
export_frame | Render a frame or component as PNG, SVG or PDF | file_key; node_ids; format; scale
list_file_comments | List the comments on a design file | file_key
post_design_comment | Post a comment at a position of a design | file_key; message; x; y
get_design_tokens | Get the colours, typography and spacing variables of a file | file_key
list_components | List published components of a team library | team_id
get_component_code | Generate front-end code for a selected component | file_key; node_id; framework
list_file_versions | List the version history of a design file | file_key
get_styles | Get the published styles of a file | file_key
list_team_files | List the design files of a project | project_id`,
};
