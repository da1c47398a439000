/** Servers that are described in Chinese, as those of Chinese services are. */
export const CHINESE = {
  feishu: `
im_v1_message_create | 飞书发送消息给用户或群聊 | receive_id; msg_type; content
im_v1_chat_create | 飞书创建群 | name; user_id_list
docx_builtin_import | 导入 Markdown 创建飞书云文档 | markdown; file_name
docx_v1_document_rawContent | 获取飞书文档纯文本内容 | document_id
bitable_v1_appTableRecord_create | 在多维表格中新增一条记录 | app_token; table_id; fields
bitable_v1_appTableRecord_search | 查询多维表格中的记录 | app_token; table_id; filter
bitable_v1_app_create | 创建多维表格 | name; folder_token
contact_v3_user_batchGetId | 通过手机号或邮箱获取用户 ID | emails; mobiles
calendar_v4_calendarEvent_create | 在飞书日历上创建日程 | calendar_id; summary; start_time
task_v2_task_create | 创建飞书任务 | summary; due; members
wiki_v1_node_search | 搜索知识库 | query; space_id
approval_v4_instance_create | 发起审批 | approval_code; form`,
  dingtalk: `
send_robot_message | 通过钉钉群机器人发送消息 | robot_code; open_conversation_id; content
send_ding | 给指定员工发送 DING 消息（应用内、短信、电话） | user_ids; content; remind_type
get_department_users | 获取部门下的员工列表 | dept_id
get_attendance_records | 查询员工的打卡记录 | user_id; from_date; to_date
create_todo_task | 创建钉钉待办 | subject; due_time; executor_ids
create_dingtalk_event | 创建钉钉日程并邀请参与者 | summary; start; attendees
query_leave_status | 查询员工请假状态 | user_ids; start_time`,
  wecom: `
wecom_send_text | 向企业微信群发送文本消息 | webhook; content; mentioned_list
wecom_send_markdown | 向企业微信群发送 Markdown 消息 | webhook; content
wecom_send_file | 向企业微信群发送文件 | webhook; media_id
wecom_upload_media | 上传临时素材 | file; type
wecom_list_external_contacts | 获取客户列表 | userid`,
  amap: `
maps_geo | 将详细的结构化地址转换为经纬度坐标 | address; city
maps_regeocode | 将经纬度坐标转换为行政区划地址信息 | location
maps_ip_location | 根据 IP 地址定位所在城市 | ip
maps_weather | 根据城市名称查询天气 | city
maps_direction_driving | 驾车路径规划，返回驾车通勤方案 | origin; destination
maps_direction_walking | 步行路径规划，返回步行通勤方案 | origin; destination
maps_direction_transit_integrated | 公交路径规划，综合火车、公交、地铁等交通方式 | origin; destination; city
maps_around_search | 周边搜，根据关键词和坐标搜索半径范围内的地点 | keywords; location; radius
maps_text_search | 关键词搜，搜索相关的地点 POI | keywords; city
maps_schema_take_taxi | 唤起打车 | slon; slat; dlon; dlat`,
  alipay: `
create_mobile_alipay_payment | 创建手机网站支付订单，返回支付链接 | outTradeNo; totalAmount; orderTitle
query_alipay_payment | 查询支付宝订单的支付状态 | outTradeNo
refund_alipay_payment | 对已支付的交易发起退款 | outTradeNo; refundAmount
query_alipay_refund | 查询退款状态 | outRequestNo`,
  train_12306: `
get_tickets | 查询 12306 余票信息 | date; fromStation; toStation
get_train_route_stations | 查询列车途经的车站、到站与出发时间 | trainNo
get_interline_tickets | 查询中转换乘的余票 | date; fromStation; toStation`,
  yuque: `
yuque_create_doc | 在知识库中新建文档 | repo; title; body
yuque_search | 搜索语雀文档 | keyword
yuque_get_toc | 获取知识库目录 | repo`,
  aliyun: `
aliyun_list_instances | 查询 ECS 云服务器实例列表 | RegionId
aliyun_start_instance | 启动一台 ECS 实例 | InstanceId
aliyun_stop_instance | 停止一台 ECS 实例 | InstanceId
aliyun_oss_put_object | 上传文件到 OSS 对象存储 | bucket; key; file
aliyun_sls_query_logs | 查询日志服务 SLS 中的日志 | project; logstore; query
aliyun_query_bill | 查询账单明细 | BillingCycle
aliyun_send_sms | 发送短信验证码或通知 | PhoneNumbers; TemplateCode`,
  weibo: `
get_hot_search | 获取微博热搜榜 | limit
search_weibo_content | 按关键词搜索微博 | keyword; page
get_weibo_user | 获取微博用户的详细信息 | uid`,
  xiaohongshu: `
publish_note | 发布小红书图文笔记 | title; content; images
search_notes | 按关键词搜索小红书笔记 | keyword
post_note_comment | 在笔记下发表评论 | note_id; comment`,
  kuaidi: `
track_parcel | 查询快递物流轨迹 | number; company
estimate_delivery | 预估快递的送达时间 | from; to; company
estimate_postage | 估算寄件运费 | from; to; weight`,
  tencent_meeting: `
schedule_tencent_meeting | 预定一场腾讯会议 | subject; start_time; end_time
cancel_tencent_meeting | 取消腾讯会议 | meeting_id; reason
get_meeting_minutes | 获取会议的智能纪要 | meeting_id
list_meeting_participants | 查询参会成员列表 | meeting_id`,
  utilities: `
calculate_lunar | 公历转农历，查询黄历与节气 | date
query_exchange_rate | 查询人民币与外币的汇率 | from; to; amount
query_id_card_region | 查询身份证号的归属地 | id_number
generate_qrcode | 生成二维码图片 | text; size
query_oil_price | 查询各省今日油价 | province`,
};
