import { stem } from './stem.ts';

/** Words that tools use for one thing: who asks may take another than who wrote the tool. */
const SAME = `
list show get view display read fetch retrieve see look
create make add new open file insert
delete remove erase trash destroy drop
update edit change modify alter adjust
search find lookup query locate
send post deliver tell notify announce
cancel abort withdraw void delete
send write compose
bottom end append
top start head
valid temporary expire
link url address
stop halt terminate end kill shutdown shut
start launch begin run execute invoke trigger kick fire
save store keep write record put
move transfer relocate put transition shift
copy duplicate clone
share grant permission access
assign hand delegate
approve accept confirm
decline deny reject refuse
close resolve solve complete finish done tick
reopen restart reboot again
join merge combine
fix repair solve
email mail
message chat dm
event appointment meeting invitation invite
schedule plan calendar arrange
ticket issue bug defect
pull-request pr merge-request mr
repository repo
picture image photo
film video movie clip
song track music
customer client buyer
employee staff colleague worker
vacation leave holiday time-off pto
refund money-back reimburse reimbursement return
payment pay charge
invoice bill
subscription plan subscribe
price cost fee spending expense
order purchase
ship dispatch fulfill deliver
stock inventory
page document doc article note
wiki knowledge
spreadsheet sheet table
folder directory
row record line
column field
database db
log output print trace
error exception crash failure failing bug
alert alarm warning
silence mute suppress snooze quiet
on-call oncall duty shift pager
deploy release ship rollout
rollback undo revert previous restore
replica copy instance
container docker
vm machine instance server
pod kubernetes k8s
bucket s3
domain dns
cache cdn
purge flush clear empty
secret password credential
certificate ssl tls
firewall block
expire ttl vanish expiry
slow performance latency
schema column structure
vulnerability vulnerable security
package dependency library
test check verify
flight plane airline
hotel room accommodation
route directions way navigate
nearby near local around
weather forecast rain sunny temperature
translate translation
transcribe transcript transcription speech
speak voice aloud speech
summary summarize minutes
reply respond answer
reaction emoji react thumbs
attachment attached attach
sign signature contract
newsletter campaign mailing
open-rate opened open
lead prospect
outdated stale newer freshness
fork duplicate
group aggregate summarize
sum aggregate total
revoke remove withdraw restrict
abandoned incomplete
compare difference diff drift
money cost amount balance
manager boss reporting head
call invoke
late delay delayed
usage use consumption
enable activate turn
disable deactivate turn
old expire previous history
merchant shop store
person people user member
phone telephone call
number count statistics
week month day date
buy purchase order
sell sales
learn train tune
explain describe details
guess predict forecast estimate
remind reminder
task todo to-do
similar nearest neighbor
embedding vector
convert transform
shrink compress smaller
upload put
download get
budget spending
author wrote who
available free busy online presence
overdue unpaid owe owed
disk storage space
`;

/** Han words for what tools do and do it to, with the English words. The first is the best. */
const HAN = `
创建 create|新建 create|建立 create|新增 add create|添加 add|增加 add|插入 insert add|提交 submit create commit|提出 create|发起 create start|开通 enable create|注册 register create
删除 delete remove|移除 remove delete|去掉 remove|清空 clear purge flush empty|清除 clear purge|清理 prune clean remove|撤回 withdraw void undo|撤销 undo revoke|作废 void cancel
修改 update edit change|更新 update|编辑 edit|更改 change update|调整 change adjust resize|改期 reschedule update|重命名 rename
查询 query search|查找 find search|搜索 search|检索 search|寻找 find|找出 find list|查看 get show view|查一下 get search|看看 show get|显示 show|列出 list|获取 get|读取 read|打开 open turn on|浏览 browse navigate|统计 count statistics|计算 compute calculate|数一下 count|预览 preview
发送 send|发一封 send|发一条 send post|发布 publish release post|推送 push send|通知 notify|转发 forward|回复 reply|告诉 tell send|分享 share|邀请 invite|提醒 remind reminder|公告 announce
运行 run execute|执行 execute run|启动 start launch|开始 start|停止 stop|关闭 close turn off|关掉 turn off|暂停 pause suspend|取消 cancel|终止 terminate kill|重启 restart reboot|重试 retry rerun|触发 trigger build|部署 deploy deployment|回滚 rollback undo revert|恢复 restore|扩容 scale resize|缩容 scale|伸缩 scale|构建 build|编译 compile build|调用 invoke call|安装 install
上传 upload put|下载 download get|导出 export|导入 import load|复制 copy|移动 move|备份 backup|压缩 compress zip|解压 unzip|转换 convert|合并 merge join|拆分 split|分割 split|同步 sync|保存 save|归档 archive|克隆 clone
分配 assign|指派 assign|批准 approve|审批 approve|审核 review|同意 approve accept|拒绝 decline deny reject|接受 accept|授权 grant permission|锁定 lock|解锁 unlock|屏蔽 block|静音 mute silence|确认 acknowledge confirm|升级 escalate upgrade|完成 complete|解决 resolve solve|关联 link associate
登录 login|权限 permission access|成员 member|用户 user|账号 account|账户 account|密码 password secret|密钥 secret key|证书 certificate|令牌 token|角色 role
文件夹 folder directory|目录 directory folder|文件 file|文档 document doc|页面 page|网页 web page|网站 site web|链接 link|附件 attachment|图片 image picture|照片 photo image|截图 screenshot|截个图 screenshot|截屏 screenshot|视频 video|字幕 caption transcript subtitle|音频 audio|录音 audio recording|录像 recording|语音 speech voice|音乐 music song|歌曲 song track|歌单 playlist|播放 play|文字 text|文本 text|内容 content|标题 title|评论 comment|模板 template|水印 watermark|背景 background|表单 form|表格 table spreadsheet
邮件 email mail|邮箱 mailbox email|消息 message|频道 channel|聊天 chat|群 group channel|会议室 room|会议 meeting event|日程 event calendar|日历 calendar|活动 event campaign|安排 schedule create|预约 book schedule|预订 book|订一张 book|订 book|时间 time|空闲 free busy|参会 attendees participants|待办 task to-do|任务 task|项目 project|看板 board|冲刺 sprint|工时 worklog time|周报 report update|纪要 minutes summary|摘要 summary|总结 summarize summary
代码 code|仓库 repository|分支 branch|提交记录 commit log|合并请求 merge request pull request|拉取请求 pull request|流水线 pipeline|缺陷 bug issue|漏洞 vulnerability security|错误 error|异常 exception error|崩溃 crash|堆栈 stack trace|日志 log|测试 test|覆盖率 coverage|依赖 dependency|版本 version|发版 release|工单 ticket|问题 issue|议题 issue|差异 diff|评审 review|设计稿 design
数据库 database|数据 data|表 table|字段 field column|索引 index|慢 slow|集合 collection|向量 vector|记录 record|缓存 cache|键 key|备份 backup|执行计划 plan explain|连接 connection|视图 view|指标 metric|仪表盘 dashboard|看板 dashboard|图表 chart|告警 alert|报警 alert|监控 monitor|值班 on call schedule|故障 incident|事件 event incident|链路 trace|模型 model|数据集 dataset|论文 paper|训练 train fine-tuning
服务器 server machine instance|虚拟机 virtual machine instance|实例 instance|容器 container|镜像 image|集群 cluster|节点 node|副本 replica|命名空间 namespace|存储桶 bucket|对象 object|域名 domain dns|解析 resolve dns|防火墙 firewall|端口 port|流量 traffic|磁盘 disk|内存 memory|函数 function|账单 bill cost|费用 cost|花费 cost spending|预算 budget|配置 config settings|环境变量 environment variable|基础设施 infrastructure
客户 customer client|联系人 contact|线索 lead|商机 opportunity deal|销售 sales|漏斗 pipeline funnel|订单 order|商品 product|库存 inventory stock|价格 price|优惠券 coupon discount|折扣 discount|发货 fulfill ship|物流 shipping tracking|退货 return|退款 refund|付款 payment|支付 payment|收款 payment|发票 invoice|订阅 subscription subscribe|续费 renew subscription|逾期 overdue|账目 ledger|利润 profit|资产负债 balance sheet|税 tax|报销 expense|工资 payslip|合同 contract document|签名 signature|签署 sign signature|员工 employee|年假 vacation leave|假期 vacation leave|请假 time off leave|休假 vacation leave|招聘 recruiting job|候选人 candidate|入职 onboarding|剩 remaining balance|余额 balance|满意度 satisfaction|客服 support|新闻稿 newsletter|粉丝 followers subscribers|访客 visitors users|转化 conversion|来源 source
天气 weather|下雨 rain forecast|下雪 snow forecast|明天 forecast|气温 temperature weather|预报 forecast|空气质量 air quality|地图 map|路线 route directions|导航 directions|怎么走 directions|附近 nearby near places|餐厅 restaurant places|地址 address|坐标 coordinates|酒店 hotel|机票 flight|航班 flight|火车 train|高铁 train|租车 rental car|签证 visa|汇率 currency convert|翻译 translate|新闻 news|灯 light|空调 thermostat temperature|温度 temperature|窗帘 blinds cover|门 door|扫地 vacuum|摄像头 camera|识别 recognise detect ocr|朗读 read aloud speech|读出来 aloud speech|转成文字 transcribe text speech|转文字 transcribe text speech|生成 generate create|画一张 generate image|抠图 remove background|降噪 noise|有空 free busy available|空闲 free|大家 attendees|追加 append add|行 row|列 column|用量 usage|用了多少 usage|多少钱 cost price|花了 cost spending|云服务 cloud service|云 cloud|钱 money cost|人 user people|公司 company|部门 department|团队 team|经理 manager|下属 reports|历史 history|最近 recent|过期 expire|有效期 ttl expire|晚点 delay status|登机牌 boarding pass|座位 seat|城市 city|距离 distance|时区 time zone|日出 sunrise|闹钟 reminder|门锁 lock door|开门 unlock door|关灯 turn off light|开灯 turn on light|音量 volume|下一首 next song|标签 label tag|状态 status state|进度 progress status|优先级 priority|负责人 assignee owner|截止日期 due date|描述 description|名称 name|列表 list|详情 details|设置 set settings|开启 turn on enable|禁用 disable|启用 enable|白名单 allow|黑名单 block|跳转 redirect|刷新 refresh purge|点击 click|输入 type fill input|填写 fill|勾选 select|滚动 scroll|等待 wait|抓取 crawl fetch|爬取 crawl|总览 overview summary|报告 report|报表 report|趋势 trend|对比 compare|比较 compare|排序 sort|筛选 filter|分组 group aggregate|求和 sum aggregate|公式 formula|单元格 cells|工作表 sheet|幻灯片 slides|加密 encrypt|解密 decrypt|轮换 rotate|吊销 revoke|扫描 scan|诊断 diagnose|慢查询 slow query|锁 lock|事务 transaction|副本集 replica|主键 key|外键 key
`;

const groups = new Map<string, string[]>();
for (const line of SAME.trim().split('\n')) {
  const words = line.split(' ').map((word) => stem(word.replaceAll('-', '')));
  for (const word of words) groups.set(word, [...(groups.get(word) ?? []), ...words.filter((other) => other !== word)]);
}

const han = new Map<string, readonly string[]>();
let longest = 0;
for (const entry of HAN.trim().split(/[|\n]/)) {
  const [word = '', ...english] = entry.split(/[ -]/);
  han.set(word, [...new Set([...(han.get(word) ?? []), ...english.map(stem)])]);
  longest = Math.max(longest, word.length);
}

/** Stems that mean much the same as this stem, without itself. */
export function synonymsOf(word: string): readonly string[] {
  return groups.get(word) ?? [];
}

/** The English stems of the words that are known in a text of Han characters: the longest word first, none twice. */
export function englishOf(text: string): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (let at = 0; at < text.length; ) {
    let step = 1;
    for (let length = Math.min(longest, text.length - at); length > 0; length -= 1) {
      const english = han.get(text.slice(at, at + length));
      if (english === undefined) continue;
      found.push(english);
      step = length;
      break;
    }
    at += step;
  }
  return found;
}
