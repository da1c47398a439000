import { readQueries, type WrittenQuery } from '../queries.ts';

const A_TEXT = `
create github issue | github__create_issue
list open pull requests | github__list_pull_requests
send slack message to channel | slack__slack_post_message
slack thread reply | slack__slack_reply_to_thread
run sql query supabase | supabase__execute_sql
browser screenshot | puppeteer__puppeteer_screenshot
fill form field on web page | puppeteer__puppeteer_fill
notion create page | notion__notion-create-page
search jira tickets | atlassian__jira_search
gmail send email | gmail__send_email
calendar availability check | google_calendar__get-freebusy
stripe refund payment | stripe__create_refund
geocode address | google_maps__maps_geocode, amap__maps_geo
web search | brave_search__brave_web_search
scrape webpage content | firecrawl__firecrawl_scrape, fetch__fetch_markdown
get pod logs | kubernetes__kubectl_logs
read google sheet data | gdrive__gsheets_read
youtube video transcript | youtube__get_transcript
library documentation lookup | context7__get-library-docs, context7__resolve-library-id
discord send message | discord__discord_send
commit several files to the repo at once | github__push_files
have all the checks passed on PR 31? | github__get_pull_request_status
which files does pull request 12 touch | github__get_pull_request_files
who am I logged in as on GitHub | github__get_me
add a column to the users table through a migration | supabase__apply_migration
press the submit button on the page | puppeteer__puppeteer_click
run some JavaScript in the page | puppeteer__puppeteer_evaluate
what is the root cause of this Sentry error and how could it be fixed | sentry__analyze_issue_with_seer
what statuses can PROJ-4 be moved to | atlassian__jira_get_transitions
throw away these fifty emails for good | gmail__batch_delete_emails
which issues are assigned to me in Linear | linear__linear_get_user_issues
drop the connection of the bad actor: kick him out of the Telegram group | telegram__ban_user
make a new text channel on our Discord server | discord__discord_create_text_channel
add a line to my daily note in Obsidian | obsidian__obsidian_append_content
how much money is in our Stripe account | stripe__retrieve_balance
give 20 percent off with a promo code | stripe__create_coupon
skip to the next song | spotify__SpotifyPlayback
how high above sea level is this place | google_maps__maps_elevation
what time is it in Tokyo | time__get_current_time
remember that Alice works for Acme | memory__create_relations, memory__create_entities, memory__add_observations
在 GitHub 上新建仓库 | github__create_repository
给飞书群发一条消息 | feishu__im_v1_message_create
创建飞书文档 | feishu__docx_builtin_import
在多维表格里加一行 | feishu__bitable_v1_appTableRecord_create
用高德查一下从公司到机场开车怎么走 | amap__maps_direction_driving
附近有什么好吃的 | amap__maps_around_search, brave_search__brave_local_search
查询北京天气 | amap__maps_weather, weather__get_forecast
发送企业微信群消息 | wecom__wecom_send_text, wecom__wecom_send_markdown
查看微博热搜 | weibo__get_hot_search
我的快递到哪了 | kuaidi__track_parcel
重启阿里云服务器 | aliyun__aliyun_start_instance, aliyun__aliyun_stop_instance
查询美元兑人民币汇率 | utilities__query_exchange_rate
给网页截图 | puppeteer__puppeteer_screenshot
搜索 GitHub 上的开源项目 | github__search_repositories
在 Gitee 提一个 issue | gitee__gitee_create_issue
创建日历事件 | google_calendar__create-event, feishu__calendar_v4_calendarEvent_create, dingtalk__create_dingtalk_event
用 Stripe 创建支付链接 | stripe__create_payment_link
抓取网页内容 | firecrawl__firecrawl_scrape, fetch__fetch_markdown
现在几点 | time__get_current_time
读取本地文件内容 | filesystem__read_text_file
`;

const B_TEXT = `
github merge pr | github__merge_pull_request
trigger github actions workflow | github__run_workflow
list repo commits | github__list_commits
update file in repository | github__create_or_update_file
deploy edge function | supabase__deploy_edge_function
list database tables | supabase__list_tables
mongodb aggregation pipeline | mongodb__aggregate
vercel build logs | vercel__get_deployment_build_logs
helm install | kubernetes__install_helm_chart
scale deployment replicas | kubernetes__kubectl_scale
resolve sentry issue | sentry__update_issue
emoji reaction | slack__slack_add_reaction
confluence page search | atlassian__confluence_search
log time on jira issue | atlassian__jira_add_worklog
create hubspot deal | hubspot__hubspot_create_deal
shopify inventory update | shopify__manage-inventory
search spotify songs | spotify__SpotifySearch
travel time between cities | google_maps__maps_distance_matrix
crawl entire website | firecrawl__firecrawl_crawl
knowledge graph search | memory__search_nodes
is the domain coolproject.dev still free and what does it cost | vercel__check_domain_availability_and_price
open a second tab in the browser | playwright__browser_tab_new
which HTTP calls did the page make | playwright__browser_network_requests
dismiss the popup that asks for confirmation | playwright__browser_handle_dialog
make TypeScript definitions out of my database schema | supabase__generate_typescript_types
does our Supabase project have security problems | supabase__get_advisors
reach the pod's port 8080 from my laptop | kubernetes__port_forward
empty the node before maintenance | kubernetes__node_management
turn this Figma frame into React code | figma__get_design_context
which indexes does the orders collection have | mongodb__collection-indexes
put this mail into the folder Receipts | gmail__modify_email
prepare a reply to the customer but do not send it yet | gmail__draft_email
push the dinner with Sam back by an hour on my calendar | google_calendar__update-event
what did people write in the #support channel on Discord | discord__discord_read_messages
task B can only begin when task A is done | asana__asana_add_task_dependencies
which notes did I change lately | obsidian__obsidian_get_recent_changes
how many subscribers does this YouTube channel have | youtube__get_channel_statistics
which street address is at 52.5, 13.4 | google_maps__maps_reverse_geocode, amap__maps_regeocode
change the third line of config.yaml | filesystem__edit_file
what do analysts think of the NVDA stock | yahoo_finance__get_recommendations
合并 Gitee 上的 PR | gitee__gitee_merge_pull
发起一个报销审批 | feishu__approval_v4_instance_create
根据手机号查飞书用户 | feishu__contact_v3_user_batchGetId
新建飞书待办任务 | feishu__task_v2_task_create, dingtalk__create_todo_task
坐地铁去故宫怎么走 | amap__maps_direction_transit_integrated
帮我叫个车 | amap__maps_schema_take_taxi
根据 IP 查位置 | amap__maps_ip_location
在知识库里写一篇新文档 | yuque__yuque_create_doc
上个月云服务的账单 | aliyun__aliyun_query_bill
上传文件到对象存储 | aliyun__aliyun_oss_put_object, aws_s3__put_object
寄到广州要多少运费 | kuaidi__estimate_postage
今天农历几号 | utilities__calculate_lunar
做一个二维码 | utilities__generate_qrcode
发邮件 | gmail__send_email
在 Slack 里回复这条消息 | slack__slack_reply_to_thread
查看 k8s 里 pod 的日志 | kubernetes__kubectl_logs
执行一条 SQL 语句 | supabase__execute_sql
把坐标转换成地址 | amap__maps_regeocode, google_maps__maps_reverse_geocode
搜索最近的新闻 | brave_search__brave_news_search
在 Jira 里建一个任务 | atlassian__jira_create_issue
`;

const C_TEXT = `
run python code | e2b__run_code
list docker containers | docker__list-containers
docker compose deploy | docker__deploy-compose
prometheus query | grafana__query_prometheus
grafana dashboards search | grafana__search_dashboards
trello add card | trello__add_card_to_list
whatsapp send message | whatsapp__send_message
paypal list transactions | paypal__list_transactions
text to speech | elevenlabs__text_to_speech
excel pivot table | excel__create_pivot_table_excel
arxiv paper search | arxiv__search_papers
turn on lights | home_assistant__HassTurnOn
send sms | twilio__send_sms, aliyun__aliyun_send_sms
airbnb search listings | airbnb__airbnb_search
airtable create record | airtable__create_record
redis set hash field | redis__hset
deploy site to netlify | netlify__deploy_site
list ec2 instances | aws_ec2__list_instances
create zendesk ticket | zendesk__create_support_ticket
paypal create invoice | paypal__create_invoice
how many keys does our Redis have | redis__dbsize
what did the container print last | docker__get-logs
get the nginx image onto this machine | docker__pull_image
which alert rules are firing | grafana__list_alert_rules
show me the logs with a LogQL expression | grafana__query_loki_logs
drag the card to the column Done | trello__move_card
leave a voice note for Mum on WhatsApp | whatsapp__send_audio_message
note the parcel number of the thing I sold via PayPal | paypal__create_shipment_tracking
write down what is said in this recording | elevenlabs__speech_to_text
imitate my voice from these samples | elevenlabs__voice_clone
what is in cells A1 to C9 of report.xlsx | excel__read_data_from_excel
make one big cell out of A1:D1 in the workbook | excel__merge_cells
fetch the full text of arXiv 2401.12345 | arxiv__download_paper
let the blinds down halfway | home_assistant__HassSetPosition
make it 21 degrees in the bedroom | home_assistant__HassClimateSetTemperature
ring this number and read a message to them | twilio__make_call
which network operator does this phone number belong to | twilio__lookup_phone_number
a place to stay in Lisbon for two adults next weekend | airbnb__airbnb_search
what did visitors send through the contact form of our site | netlify__manage_form_submissions
put another heading into the Word file | word__add_heading
发送钉钉群消息 | dingtalk__send_robot_message
谁今天请假了 | dingtalk__query_leave_status
查考勤打卡记录 | dingtalk__get_attendance_records
市场部有哪些人 | dingtalk__get_department_users
给老王发个 DING 提醒他 | dingtalk__send_ding
查一下明天北京到上海的火车票 | train_12306__get_tickets
这趟车都经过哪些站 | train_12306__get_train_route_stations
支付宝退款 | alipay__refund_alipay_payment
订单付款了没有 | alipay__query_alipay_payment
发一篇小红书 | xiaohongshu__publish_note
看看小红书上关于露营的笔记 | xiaohongshu__search_notes
预定腾讯会议 | tencent_meeting__schedule_tencent_meeting
会议纪要 | tencent_meeting__get_meeting_minutes
谁参加了这场会议 | tencent_meeting__list_meeting_participants
打开客厅的空调 | home_assistant__HassTurnOn, home_assistant__HassClimateSetTemperature
运行一段 Python 代码 | e2b__run_code
把文字转成语音 | elevenlabs__text_to_speech
列出所有容器 | docker__list-containers
给手机发短信 | twilio__send_sms, aliyun__aliyun_send_sms
搜索论文 | arxiv__search_papers
`;

const D_TEXT = `
upload model huggingface | huggingface__upload_weights
who has tagged us on Twitter lately | twitter__get_mentions
这个 GitLab 项目里有哪些成员 | gitlab__list_project_members
vault write secret | vault__write_secret
would reserved instances save us money on AWS? | aws_billing__get_savings_recommendations
用 SOQL 查 Salesforce 数据 | salesforce__soql_query
sales tax summary | quickbooks__get_tax_summary
commit my staged changes with the message "fix typo" | git__git_commit
在阿里云日志服务里查错误日志 | aliyun__aliyun_sls_query_logs
aws cost per tag | aws_billing__get_cost_by_tag
production is down, open an incident and page whoever is on call | pagerduty__create_incident
GitLab 流水线失败了，重新跑一下 | gitlab__retry_pipeline
create zoom meeting | zoom__schedule_zoom_meeting
make a table for customers in my SQLite file | sqlite__create_table
在 Notion 页面下留言 | notion__notion-create-comment
gitlab merge mr | gitlab__accept_merge_request
get rid of that EC2 machine permanently | aws_ec2__terminate_instance
看看 Sentry 里这个错误的详细信息 | sentry__get_issue_details
check github notifications | github__list_notifications
put these leads into the spring campaign in Salesforce | salesforce__add_campaign_members
查找 Terraform 模块 | terraform__search_modules
step by step reasoning | sequential_thinking__sequentialthinking
what is in the folder /home/me/projects | filesystem__list_directory
对比本月和上月的网站流量 | google_analytics__compare_periods
search notes obsidian | obsidian__obsidian_simple_search
has everyone signed the agreement yet? | docusign__get_envelope_status
新增一个销售线索 | salesforce__create_lead
delete mongodb collection | mongodb__drop-collection
how popular is the npm package lodash | npm__get_download_counts
打开 Jupyter 笔记本看看里面的内容 | jupyter__read_notebook
sqlite table schema | sqlite__describe-table
remove the old products index from Elasticsearch | elasticsearch__delete_index
取消 Zoom 会议 | zoom__delete_zoom_meeting
hotel search | travel__search_hotels
tell me what this photo shows | image_tools__describe_image
Jenkins 构建产出了哪些文件 | jenkins__list_artifacts
huggingface list spaces for model | huggingface__list_spaces_demos
my notebook hangs, start its kernel again | jupyter__restart_kernel
在 ES 里建一个索引 | elasticsearch__create_index
allowed directories | filesystem__list_allowed_directories
make this small picture bigger without blur | image_tools__upscale_image
我的年假还有几天 | hr__get_leave_balance
stash changes | git__git_stash
list my repositories on Gitee | gitee__gitee_list_user_repos
把 BigQuery 的表复制一份到另一个数据集 | bigquery__copy_table
help center article search | zendesk__search_help_center
break the 200 page PDF into chapters | pdf_tools__split_pdf
读取 Airtable 表里的数据 | airtable__list_records
visa requirements | travel__get_visa_requirements
which websites do we have in Google Analytics | google_analytics__list_web_properties
在 Teams 频道里发帖 | teams__send_channel_post
git diff cached | git__git_diff_staged
execute this query in BigQuery and give me the result | bigquery__run_sql_job
在 Asana 里找没完成的任务 | asana__asana_search_tasks
airtable add column | airtable__create_field
are there any chargebacks on our Stripe account | stripe__list_disputes
在 Stripe 里添加一个客户 | stripe__create_customer
airtable edit rows | airtable__update_records
I need the public key for the client of our Supabase project | supabase__get_anon_key
95 号汽油今天多少钱 | utilities__query_oil_price
`;

const E_TEXT = `
list jupyter kernels | jupyter__list_kernels
split our mailing list audience into people who bought and who did not | mailchimp__create_segment
把 PNG 图片转成 JPG | image_tools__convert_image
update google sheet cell | gdrive__gsheets_update_cell
who viewed and signed the contract, and when? | docusign__get_audit_trail
在 Sentry 里搜索报错 | sentry__search_issues
vault create token | vault__create_token
show the table of contents of our Yuque knowledge base | yuque__yuque_get_toc
解释一下 Sonar 的这条规则 | sonarqube__show_rule
create job posting | hr__create_job_opening
which access policies exist in Vault | vault__list_policies
订一间酒店房间 | travel__book_hotel
list docusign envelopes | docusign__list_envelopes
which AWS resources do we pay for without using them | aws_billing__find_idle_resources
看看这个 YouTube 视频下面的评论 | youtube__get_video_comments
xiaohongshu comment | xiaohongshu__post_note_comment
what cycles does the mobile team have in Linear | linear__linear_list_cycles
在 Todoist 项目里加一个分区 | todoist__create_section
aws budget alert | aws_billing__create_budget_alert
what did the lambda print in its last runs | aws_lambda__get_function_logs
撤回已经发出去签署的合同 | docusign__void_envelope
lambda trigger from s3 upload | aws_lambda__add_trigger
how long do we usually take to react to incidents | pagerduty__get_incident_metrics
轮换数据库密码 | vault__rotate_credentials
trello checklist add item | trello__add_checklist_item
how big are our Snowflake warehouses, and are they running | snowflake__list_warehouses
用 Mailchimp 建一封营销邮件 | mailchimp__create_newsletter
sound effect generation | elevenlabs__text_to_sound_effects
show the Slack profile of Maria | slack__slack_get_user_profile
解密这段数据 | vault__decrypt_data
`;

const F_TEXT = `
dbt list models | dbt__list_models
write a note on the HubSpot company that we talked today | hubspot__create_note
哪些服务调用了支付服务 | datadog__list_service_dependencies
search slack messages | slack__search_messages
turn the Salesforce lead into an account | salesforce__convert_lead
在 Hugging Face 上建一个模型仓库 | huggingface__create_model_repo
export general ledger | quickbooks__export_ledger
replace the car in this picture by a bicycle | image_tools__edit_image
把 CSV 导入 BigQuery | bigquery__load_csv
lambda environment variables | aws_lambda__set_function_env
which components does our Figma library offer | figma__list_components
跑一次拨测 | datadog__run_synthetic_test
merge duplicate contacts salesforce | salesforce__merge_contacts
show parser.ts with the Sonar findings beside the lines | sonarqube__get_source_with_issues
把已有的资源纳入 Terraform 管理 | terraform__import_resource
incident mttr metrics | pagerduty__get_incident_metrics
how much can we pay out from Stripe right now | stripe__get_balance
催一下还没签字的人 | docusign__remind_signer
linear search issues | linear__find_issues
give the database role in Vault a new password | vault__rotate_credentials
容器占了多少 CPU 和内存 | docker__container_stats
mongodb infer schema | mongodb__collection_schema
is the certificate of our domain still valid in Cloudflare | cloudflare__get_ssl_status
看一下 Docker 容器的日志 | docker__container_logs
find notion page by title | notion__search_notion
follow @nodejs on Twitter | twitter__follow_user
把草稿发票定稿 | stripe__finalize_invoice
stripe payouts list | stripe__list_payouts
build the documentation of our dbt project | dbt__generate_docs
把这个联系人加入 HubSpot 的邮件序列 | hubspot__enroll_in_sequence
`;

const G_TEXT = `
roll out the new zip of my lambda | aws_lambda__update_function_code
把工单转给另一个客服组 | zendesk__assign_group
hubspot add contact | hubspot__hubspot_create_contact
给 PDF 加密码 | pdf_tools__encrypt_pdf
find the rows in our Feishu base whose status is done | feishu__bitable_v1_appTableRecord_search
what indices are in the Elasticsearch cluster and how many documents do they hold | elasticsearch__list_indices
克隆 Snowflake 里的一张表 | snowflake__clone_table
train tickets with transfer | train_12306__get_interline_tickets
把下午的腾讯会议取消掉 | tencent_meeting__cancel_tencent_meeting
is Elasticsearch green? | elasticsearch__get_cluster_health
run our prepared response play for the incident | pagerduty__run_response_play
锁住 Terraform 工作区 | terraform__lock_workspace
list ci pipelines | gitlab__list_pipelines
删掉这个待办 | todoist__delete_task
turn my notebook into an HTML page | jupyter__export_notebook
pull name and price of every product out of these web pages as JSON | firecrawl__firecrawl_extract
我的 Obsidian 库里有哪些文件 | obsidian__obsidian_list_files_in_vault
open incidents | pagerduty__list_open_incidents, grafana__list_incidents
让 Jenkins 的一个构建节点下线维护 | jenkins__take_agent_offline
mute everybody who enters a Zoom call | zoom__update_zoom_settings
the buyer gave us a wrong street, correct it on the order | shopify__update-order
给 ES 索引建一个别名 | elasticsearch__create_alias
pdf to png | pdf_tools__pdf_to_images
定时发送这期电子报 | mailchimp__schedule_newsletter
which songs come up next on Spotify? | spotify__SpotifyQueue
`;

const H_TEXT = `
invoices from our cloud provider | aws_billing__list_invoices_cloud
上周完成了哪些待办 | todoist__list_completed_tasks
rerun failed jobs github actions | github__rerun_failed_workflow
给店铺建一个折扣码 | shopify__create_discount_code
count the sign-up event as a conversion in Google Analytics | google_analytics__create_conversion_event
I need every page of this PDF as a picture | pdf_tools__pdf_to_images
提前吊销 Vault 发的临时凭证 | vault__revoke_lease
fine-tune model | huggingface__start_finetune
打开观影模式 | home_assistant__run_scene
put this drawing on our Confluence page as a file | confluence__add_wiki_attachment
what was posted in the Teams channel General | teams__list_channel_messages
新建一个电子表格 | sheets__create_spreadsheet
terraform apply | terraform__apply_plan
向量索引里有哪些命名空间 | pinecone__list_namespaces
who has cited this academic paper | web_search__scholar_search
what does Wikipedia say about Ada Lovelace | web_search__get_wikipedia_article
在 Notion 页面上加一条评论 | notion__add_page_comment
add subscriber to mailing list | mailchimp__add_subscriber
周五早上再把营销邮件发出去 | mailchimp__schedule_newsletter
which datasets are in my BigQuery project | bigquery__list_datasets
what panels are on the Grafana dashboard "API" | grafana__get_dashboard
PROJ-12 这个工单是什么情况 | jira__get_ticket
insert notebook cell | jupyter__add_cell
100 美元是多少人民币 | travel__convert_currency
warn people off version 1.2 of our npm package | npm__deprecate_version
`;

const I_TEXT = `
ask our Cloudflare D1 database how many users there are | cloudflare__d1_database_query
新建一个 Jenkins 任务 | jenkins__create_job
search weibo by keyword | weibo__search_weibo_content
用户都是在哪一步流失的，看下转化漏斗 | google_analytics__get_conversion_funnel
what is Anna's number on WhatsApp | whatsapp__search_contacts
which fields and types does the Elasticsearch index logs have | elasticsearch__get_mappings
Slack 里有哪些频道 | slack__slack_list_channels
start ec2 instance | aws_ec2__start_instance
读取一张本地图片 | filesystem__read_media_file
why is my Cloudflare Worker throwing errors, look at its logs | cloudflare__query_worker_observability
remove the lambda that nobody uses | aws_lambda__delete_function
查一下这个顾客的历史订单 | shopify__get-customer-orders
delete notebook cell | jupyter__delete_cell
下载昨天 Zoom 会议的录像 | zoom__get_zoom_recording
store this document in the Elasticsearch index products | elasticsearch__index_document
look for onboarding in our Feishu wiki | feishu__wiki_v1_node_search
检查 Terraform 配置写得对不对 | terraform__validate_config
list ebs volumes | aws_ec2__list_volumes
在 Asana 项目里建个任务 | asana__asana_create_task
what did I earn in March according to my payslip | hr__get_payslip
build the dbt models anew | dbt__run_models
用 Telegram 给他发条消息 | telegram__send_telegram_message
google drive search files | gdrive__gdrive_search
看看这个爱彼迎房源的详情 | airbnb__airbnb_listing_details
which quality profile is used for Java in SonarQube | sonarqube__list_quality_profiles
`;

const J_TEXT = `
text and colour styles of our Figma file | figma__get_styles
这个月各商品卖得怎么样 | shopify__get_sales_report
docker volume create | docker__create_volume
这个团队有哪些设计稿 | figma__list_team_files
how warm was it in the living room last night according to the sensor | home_assistant__get_history
put this clip on my YouTube playlist | youtube__add_video_to_playlist
把这个 Notion 页面归档 | notion__archive_page
list docker images | docker__list_images
网站最近的请求量和带宽（Cloudflare） | cloudflare__get_zone_analytics
which notebooks are in the folder research | jupyter__list_notebooks
how much memory does the Redis server use | redis__server_info
列出所有 Jenkins 任务 | jenkins__list_jobs
mark sentry error resolved | sentry__resolve_error
往 Redis 列表里塞几个值 | redis__list_push
there is a hum in the recording, clean it | audio__remove_noise
the product shall cost 15 dollars a month in Stripe | stripe__create_price
删除这个文件 | filesystem__delete_file
jenkins build result | jenkins__get_build_status
把这款商品的价格改成 99 | shopify__update_product_price
who has applied for the designer job | hr__list_candidates
how many recipients clicked in the HubSpot email | hubspot__get_email_performance
按地区查询 dbt 的收入指标 | dbt__query_metric
linear roadmap | linear__get_roadmap
创建一个 Lambda 函数 | aws_lambda__create_function
add Kim to our team in Microsoft Teams | teams__add_team_member
`;

/** Written before the tuning; tuned with. */
export const A: readonly WrittenQuery[] = readQueries(A_TEXT);
/** Written before the tuning; tuned with. */
export const B: readonly WrittenQuery[] = readQueries(B_TEXT);
/** Written before the tuning, mostly of servers that A and B ask nothing of; looked at once, and tuned with then. */
export const C: readonly WrittenQuery[] = readQueries(C_TEXT);
/**
 * Written when the tuning seemed over, for tools that were drawn by lot of those that A to C do not ask
 * for; looked at once, and tuned with then.
 */
export const D: readonly WrittenQuery[] = readQueries(D_TEXT);
/** As D, drawn and looked at when D had been tuned with; tuned with then. */
export const E: readonly WrittenQuery[] = readQueries(E_TEXT);
/** As E, of the first catalogue. */
export const F: readonly WrittenQuery[] = readQueries(F_TEXT);
/** As E, drawn and looked at when E and F had been tuned with; mostly whole sentences. Tuned with then. */
export const G: readonly WrittenQuery[] = readQueries(G_TEXT);
/** As G, of the first catalogue. */
export const H: readonly WrittenQuery[] = readQueries(H_TEXT);
/** As G, drawn when all others had been tuned with, and looked at once: the ranking was not touched after that. */
export const I: readonly WrittenQuery[] = readQueries(I_TEXT);
/** As I, of the first catalogue. */
export const J: readonly WrittenQuery[] = readQueries(J_TEXT);
