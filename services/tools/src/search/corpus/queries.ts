/** A task in the words of somebody who does not know the catalogue, and the tools that would be right. */
export interface WrittenQuery {
  readonly query: string;
  /** Any of these is right; mostly there is one. */
  readonly expected: readonly string[];
}

const TUNED_TEXT = `
file a bug report about the crash in our octocat/hello repo on GitHub | github__create_issue
open a PR from feature/login into main | github__create_pull_request
approve the code review on PR 42 | github__create_pull_request_review
why did the CI job fail on gitlab, show me its output | gitlab__get_job_log
who wrote line 120 of parser.c? | git__git_blame
put PROJ-881 into In Review | jira__transition_ticket
I spent two hours on PROJ-12 today, please record that | jira__log_work
what is the stack trace of the exception users hit in production | sentry__get_issue_details
are any of our node dependencies vulnerable? | npm__audit_dependencies
kick off the nightly build | jenkins__build_job
tell the #releases channel that 2.1 is out | slack__post_message
what did people say in #incident today | slack__get_channel_history
is Maria online right now? | teams__get_presence
write a mail to bob@example.com saying that the invoice was paid | gmail__send_email
turn on my holiday auto-reply until Monday | gmail__set_vacation_responder
find an hour next week when Ana, Li and Tom are all available | calendar__suggest_meeting_times, calendar__get_free_busy
cancel tomorrow's standup appointment | calendar__delete_event
give jane@example.com edit access to the budget document in Drive | drive__share_file
put these figures at the bottom of the sales spreadsheet | sheets__append_rows
remind me to call the dentist on Friday | todoist__create_task, todoist__add_reminder
how many vacation days do I have left | hr__get_leave_balance
which columns does the orders table have | postgres__describe_table
why is this select statement so slow, show the plan | postgres__explain_query
how many documents in the users collection have no email | mongodb__count_documents
how much would this BigQuery query cost before I run it | bigquery__estimate_query_cost
show CPU usage of the api over the last hour with PromQL | grafana__query_prometheus
the payment pods keep crashing, what do they print? | kubernetes__get_pod_logs
run five copies of the web deployment | kubernetes__scale_deployment
go back to the previous version of the checkout deployment | kubernetes__rollout_undo
free up disk space taken by old docker images | docker__prune_system
give the customer a link to download report.zip from the bucket, valid for a day | aws_s3__presign_url
point www.example.com at 203.0.113.7 | cloudflare__create_dns_record, cloudflare__update_dns_record
give the client their money back for charge ch_123 | stripe__create_refund
mark order 1001 as dispatched with its parcel number | shopify__fulfill_order
how do I get from the station to the museum on foot | maps__directions
把登录页的问题提交到 GitHub 上 | github__create_issue
给张三发一封邮件，告诉他会议改期了 | gmail__send_email
查一下明天北京会不会下雨 | weather__forecast
把订单表里最慢的几条 SQL 找出来 | postgres__list_slow_queries
在 Slack 的 general 频道发一条消息 | slack__post_message
重启 payment 这个部署 | kubernetes__rollout_restart
给客户退款 | stripe__create_refund
帮我订一张从上海到东京的机票 | travel__book_flight, travel__search_flights
把这段录音转成文字 | audio__transcribe_audio
合并这几个 PDF 文件 | pdf_tools__merge_pdfs
谁今天值班 | pagerduty__list_on_calls, grafana__get_oncall_shift, pagerduty__list_schedules
把客厅的灯打开 | home_assistant__turn_on
上传文件到 S3 存储桶 | aws_s3__put_object
我还剩多少年假 | hr__get_leave_balance
清空 CDN 缓存 | cloudflare__purge_cache
`;

const HELD_OUT_TEXT = `
which open merge requests are there in the mobile app project | gitlab__list_merge_requests
look for uses of deprecatedFn in all our GitHub repos | github__search_code
save my local edits for later without committing them | git__git_stash
which commit broke the tests? search between v1.0 and v1.1 | git__git_bisect
all unfinished bugs of the billing team in Jira | jira__search_tickets
does our code pass the quality gate on the release branch | sonarqube__get_quality_gate
get me a PNG of the checkout screen from the design | figma__export_frame
I want to see the README of the package left-pad | npm__get_package_readme
answer in the same thread that we are looking into it | slack__reply_to_thread
react with a thumbs up | slack__add_reaction
save that PDF which came attached to the mail from accounting | gmail__download_attachment
I cannot make it, say no to the invite for Thursday | calendar__respond_to_invitation
book a room for eight people at 3pm | calendar__book_room
what were the action items of last week's zoom call | zoom__get_meeting_summary
write down the meeting minutes as a new Notion page | notion__create_page
bring back yesterday's version of the wiki page | confluence__restore_page_version
who can see this Google Drive file? | drive__list_permissions
draw a bar chart of revenue by month in the spreadsheet | sheets__create_chart
tick off buying milk | todoist__complete_task
hand in the taxi receipt for reimbursement | hr__submit_expense
kill the stuck database session with pid 4711 | postgres__kill_connection
make the session key vanish after ten minutes | redis__expire_key
find the most similar embeddings to this one | pinecone__query_vectors
which upstream models does fct_orders depend on | dbt__get_lineage
stop the disk alarm from firing for two hours | grafana__silence_alert, datadog__mute_monitor
run this Python snippet in my notebook | jupyter__execute_cell
shut down the VM i-0abc overnight | aws_ec2__stop_instance
what is our AWS bill per service this month | aws_billing__get_cost_by_service
is there a difference between what terraform thinks and what is deployed | terraform__detect_drift
fetch the database password that is stored in Vault | vault__read_secret
end the plan of customer cus_9 when the current month is over | stripe__cancel_subscription
which customers still owe us money past the due date | quickbooks__list_overdue_invoices
how many people opened last week's newsletter | mailchimp__get_campaign_report
get this contract signed by the two directors | docusign__send_for_signature
cut out the background from the product photo | image_tools__remove_background
创建一个从 dev 到 main 的合并请求 | gitlab__create_merge_request, github__create_pull_request
把 PROJ-7 分配给李雷 | jira__assign_ticket
查看最近的提交记录 | git__git_log, github__list_commits
安排下周一上午十点的会议 | calendar__create_event, zoom__schedule_zoom_meeting, teams__create_online_meeting
在 Notion 里新建一个页面 | notion__create_page
列出数据库里所有的表 | postgres__list_tables
查看 pod 的日志 | kubernetes__get_pod_logs
停止正在运行的容器 | docker__stop_container
把这个网页截个图 | browser__take_screenshot
把这段话翻成语音读出来 | audio__text_to_speech
搜索附近的餐厅 | maps__search_places, web_search__local_search
取消订阅 | stripe__cancel_subscription, gmail__unsubscribe
新增一条 DNS 记录 | cloudflare__create_dns_record
识别图片里的文字 | image_tools__ocr_image
这个季度的销售漏斗情况怎么样 | salesforce__get_pipeline_report
`;

const FRESH_TEXT = `
make a copy of someone else's project under my GitHub account | github__fork_repository
cut version 3.0 on GitHub and write what is new | github__create_release
abort the GitLab pipeline that is running | gitlab__cancel_pipeline
what have I changed but not staged yet | git__git_diff_unstaged
plan issues ABC-4 and ABC-5 for the next sprint | jira__move_to_sprint
ABC-4 blocks ABC-9, note that | jira__link_tickets
mute this exception until it comes a hundred times | sentry__ignore_error
which of our npm packages are out of date | npm__check_outdated
what lines have no tests | sonarqube__get_coverage_gaps
which unit tests failed in the last jenkins build | jenkins__get_test_report
send the weekly digest to #team at 9am tomorrow | slack__schedule_message
what was said in yesterday's Teams meeting | teams__get_meeting_transcript
pass this mail on to legal@example.com | gmail__forward_email
what is on my calendar this afternoon | calendar__list_events
sort incoming mail from the bank into a folder | gmail__create_filter
take away Bob's access to the roadmap file in Drive | drive__revoke_permission
make all negative numbers red in the sheet | sheets__format_cells
what do I have to do today | todoist__list_tasks
who reports to the head of engineering | hr__get_org_chart
what tables take the most disk space in postgres | postgres__get_table_sizes
group the sales documents by country and sum them in mongo | mongodb__aggregate
which redis keys begin with session: | redis__scan_keys
how was this table in snowflake an hour ago | snowflake__time_travel_query
are the source tables of our dbt project up to date | dbt__check_freshness
find a licence-free dataset of German news | huggingface__search_datasets
how much memory do the pods use | kubernetes__top_pods
start everything in docker-compose.yml | docker__compose_up
old log files in the bucket should go away after 90 days | aws_s3__set_lifecycle
call the resize-image lambda with this payload | aws_lambda__invoke_function
how much will we spend on AWS by the end of the month | aws_billing__forecast_cost
I am dealing with the page about the API outage | pagerduty__acknowledge_incident
the charge is disputed, send the bank our proof of delivery | stripe__submit_dispute_evidence
which shoppers left without paying | shopify__list_abandoned_carts
will my flight LH400 be late | travel__get_flight_status
put a "Confidential" stamp over the picture | image_tools__add_watermark
给这个合并请求写评审意见 | github__create_pull_request_review
看一下 CI 任务的日志 | gitlab__get_job_log, jenkins__get_console_output
把邮件转发给法务 | gmail__forward_email
下周三大家什么时候有空 | calendar__get_free_busy, calendar__suggest_meeting_times
给表格追加一行数据 | sheets__append_rows
把任务标记为完成 | todoist__complete_task
查看 Redis 某个键的值 | redis__get_key
用量最大的云服务花了多少钱 | aws_billing__get_cost_by_service
查询航班是否晚点 | travel__get_flight_status
暂停播放音乐 | spotify__pause_playback
给照片去掉背景 | image_tools__remove_background
查看存储在 Vault 中的密码 | vault__read_secret
订单已发货，填上快递单号 | shopify__fulfill_order
视频里都说了什么，拿一下字幕 | youtube__get_video_transcript
请三天年假 | hr__request_time_off
`;

const UNSEEN_TEXT = `
list the open issues labelled bug in our GitHub repository | github__list_issues
get the diff of pull request 17 | github__get_pull_request_diff
protect the main branch on GitLab | gitlab__protect_branch
set the deploy token as a masked CI variable | gitlab__set_ci_variable
stage these files for the next commit | git__git_add
change the priority of PROJ-55 to high | jira__update_ticket
which error did our users run into most often this week | sentry__list_error_issues
stop the jenkins build number 88 | jenkins__stop_build
read the comments that designers left on the mockup | figma__list_file_comments
invite Ana to the channel #launch | slack__invite_to_channel
look in my mailbox for the invoice from ACME | gmail__search_emails
move the team meeting to 4pm | calendar__update_event
edit the Confluence page with the runbook | confluence__update_wiki_page
what is in cell range B2:F40 of the spreadsheet | sheets__read_range
ask for two weeks of holiday in August | hr__request_time_off
who is waiting on locks in the database | postgres__list_locks
remove all documents older than a year from the events collection | mongodb__delete_documents
full text search for "timeout" in the logs index | elasticsearch__search_index, datadog__search_logs, grafana__query_loki_logs
restart the kernel of my notebook | jupyter__restart_kernel
deploy this YAML to the cluster | kubernetes__apply_manifest
build a docker image from this folder | docker__build_image
open port 443 in the security group | aws_ec2__authorize_ingress
what would terraform change | terraform__plan
page the on-call engineer about the database outage | pagerduty__create_incident
customers who bought last week, list the orders | shopify__list_orders
publish a tweet about the release | twitter__post_tweet
is the air in Delhi healthy today | weather__air_quality
fill in the tax form PDF | pdf_tools__fill_pdf_form
把文件移动到另一个文件夹 | filesystem__move_file, drive__move_drive_file
列出我这个月的日程 | calendar__list_events
给这个 issue 加一条评论 | github__add_issue_comment, jira__add_ticket_comment
查询 MongoDB 集合里的文档 | mongodb__find_documents
删除过期的 DNS 记录 | cloudflare__delete_dns_record
把服务扩容到 10 个副本 | kubernetes__scale_deployment
给供应商付款 | quickbooks__pay_bill
生成一张猫的图片 | image_tools__generate_image
把合同发给对方签署 | docusign__send_for_signature
查询上海到北京的火车 | travel__search_trains
把空调温度调到 24 度 | home_assistant__set_temperature
导出整个 Confluence 空间为 PDF | confluence__export_space_pdf
`;

/** What the ranking was tuned with. */
export const TUNED: readonly WrittenQuery[] = readQueries(TUNED_TEXT);
/** Written with those before the tuning, looked at once after it, and tuned with then. */
export const HELD_OUT: readonly WrittenQuery[] = readQueries(HELD_OUT_TEXT);
/** Written after that, looked at once, and tuned with then. */
export const FRESH: readonly WrittenQuery[] = readQueries(FRESH_TEXT);
/** Written when the tuning was over, and looked at once: the ranking was not touched after that. */
export const UNSEEN: readonly WrittenQuery[] = readQueries(UNSEEN_TEXT);

/** One query a line, `query | right tools`. */
export function readQueries(text: string): WrittenQuery[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const cut = line.lastIndexOf(' | ');
      return { query: line.slice(0, cut), expected: line.slice(cut + 3).split(', ') };
    });
}
