/** What somebody may say, and words of tools that would then be meant: `said: words`. One way only, and of less weight. */
export const RELATED = `
press: click key
button: click element
tap: click
type: fill input
enter: fill input create
form: fill submit field
popup: dialog alert
confirmation: dialog confirm
javascript: script evaluate
js: javascript script evaluate
http: request network url
call: request invoke
promo: coupon discount promotion
voucher: coupon
percent: discount coupon
discount: coupon promotion
altitude: elevation
height: elevation
high: elevation
remember: memory store entity save
forget: memory delete
fact: memory observation entity
relationship: relation
clock: time
hour: time
slot: time free availability
availability: free busy freebusy available
available: availability freebusy
busy: freebusy
occupied: busy
calendar: event freebusy
meeting: event calendar
dinner: event
lunch: event
appointment: event calendar
move: update reschedule rename
postpone: update reschedule move
earlier: update reschedule
reschedule: update event
delay: update postpone
invite: add member attendee invitation
attendee: participant member
draft: prepare
prepare: draft create
compose: draft create
reply: respond thread
inbox: email mail message
mailbox: email mail
receipt: invoice expense email
kick: remove ban
ban: block remove
block: ban
join: add member
member: user people contact
staff: user employee department member
people: user contact member participant
colleague: user contact member
contact: user people
profile: user info
logged: login me user authenticated
whoami: me user authenticated
account: user me
identity: user me
depend: dependency dependencies
prerequisite: dependency
blocker: dependency block
stage: add git
staged: git diff
working: status
column: field table
table: database schema
schema: table describe migration
ddl: migration schema
alter: migration table
sql: query database
select: query read
insert: write create
db: database query
statement: query sql
plan: explain
slow: performance query trace
index: indexes
collection: document mongodb
nosql: mongodb document
key: redis value
hash: redis field
cache: redis
type: kind
types: typescript generate
definitions: types generate
issue: ticket bug task
bug: issue error
story: issue task
epic: issue
ticket: issue case
card: task
board: kanban list project
sprint: iteration cycle
iteration: sprint cycle
backlog: issue sprint
assignee: assign user
status: state transition
transition: status
worklog: time log
hours: time worklog
commit: push git history
push: commit upload
repo: repository git
project: repository
open-source: repository
star: favorite bookmark
favourite: star like
watch: subscribe follow monitor
follow: subscribe
fork: copy
branch: git checkout
tag: label release
label: tag
review: pull request comment approve
reviewer: review request
pr: pull request
pull: request
merge: pull request
checks: status
ci: workflow pipeline build check
cd: deploy pipeline
build: workflow pipeline deployment compile
workflow: action pipeline
actions: workflow
pipeline: workflow job build
artifact: download build
runner: job
deploy: deployment release publish
deployment: deploy rollout
site: website page deploy
website: site web page
webpage: web page url fetch
page: web document
url: link web page fetch
link: url
domain: dns
hosting: deploy site
env: environment variable config
environment: env variable
variable: env config setting
config: configuration setting
settings: config update
preference: setting
scrape: fetch extract crawl page content
crawl: scrape site map
extract: scrape parse
html: page content
markdown: text document
web: search internet page
internet: web search
google: search web
online: web search
news: article headline
headline: news
research: search paper
paper: article arxiv scholar
journal: paper
study: paper
citation: paper scholar
picture: image photo
photo: image picture
png: image export
jpg: image
screenshot: image capture
capture: screenshot
snapshot: screenshot backup
draw: generate image diagram chart
flowchart: diagram
diagram: chart mermaid
graph: chart diagram
chart: graph plot
plot: chart
mockup: design figma
wireframe: design
component: design node
frame: design node export
colour: color
theme: color style
code: script file
snippet: code
python: code run execute script
execute: run code
interpreter: code run
sandbox: code run
terminal: command shell bash
shell: command terminal execute
command: shell execute run
script: run execute code
docs: documentation document
documentation: docs library
library: docs package documentation
manual: documentation
api: docs documentation
package: library dependency
dependency: package library
version: release
upgrade: update version
install: add package chart
chart: helm graph
helm: chart release
pod: kubernetes container
k8s: kubernetes pod
node: cluster
cluster: kubernetes node
namespace: kubernetes
replica: scale
copies: scale replica
scale: replica resize
autoscale: scale
drain: node cordon
maintenance: node drain downtime
tunnel: forward port
port: forward
container: docker image
compose: docker stack
image: docker picture
vm: instance server
machine: instance server
server: instance host
instance: server
ec2: instance
lambda: function
serverless: function lambda worker
function: lambda edge
s3: bucket object storage
bucket: storage object
blob: object storage
storage: bucket file disk
bill: invoice cost billing
billing: invoice cost bill
spend: cost
cost: price billing
price: cost quote
money: payment balance amount
balance: account amount
earn: revenue
revenue: sales report
charge: payment
payment: charge transaction pay invoice
pay: payment charge
paid: payment status
purchase: order buy payment
transaction: payment
money-back: refund
refund: return payment
dispute: chargeback
chargeback: dispute
customer: client contact account
client: customer contact
shopper: customer cart
shop: store product
goods: product item
item: product
product: item inventory
stock: inventory quantity price
inventory: stock quantity
quantity: inventory
warehouse: inventory location
cart: checkout abandoned
parcel: package shipment tracking
shipment: tracking delivery parcel
delivery: shipment tracking
courier: parcel shipment delivery
tracking: shipment parcel
postage: shipping fee
freight: shipping
lead: contact deal
deal: opportunity
opportunity: deal
crm: contact deal customer
company: organization account
organization: company org team
org: organization
share: stock
stocks: price ticker market
ticker: stock
market: stock price
invest: stock
analyst: recommendation
crypto: price coin
currency: exchange rate convert
dollar: currency exchange rate
euro: currency exchange rate
rate: exchange
text: message sms content
sms: text message phone
texting: sms
phone: call number
ring: call
dial: call
voicemail: voice audio message
voice: audio speech
audio: sound speech voice
sound: audio
recording: audio
dictate: transcribe speech
transcribe: speech text transcript
said: transcript message history
subtitles: transcript caption
captions: transcript
transcript: text caption
speak: speech voice
narrate: speech voice
song: track music
music: track song playback
tune: track
skip: next playback
pause: playback
play: playback start
volume: playback
playlist: track
album: track
singer: artist
band: artist
video: youtube clip
subscriber: subscriber channel statistics
followers: subscriber
views: statistics view count
likes: reaction count
statistics: stats count report
stats: statistics
metric: query prometheus measure
metrics: query prometheus
monitor: alert metric dashboard
dashboard: panel metric
alert: alarm rule notification
firing: alert
outage: incident
incident: outage alert
pager: incident on-call
crash: error issue
exception: error issue
error: issue exception log
cause: analyze root
root: cause analyze
debug: log error console
fix: resolve update
logs: log
log: logs
trace: span
console: log message
notification: alert notify message
notify: send message notification
remind: reminder notify send
announcement: post message
chat: message conversation group
conversation: message chat thread history
dm: message user direct
talk: message chat
post: message publish
channel: message
room: channel
guild: server discord
thread: reply
emoji: reaction
thumbs: reaction
like: reaction
tweet: post twitter
hashtag: trend
trend: trending hot
trending: hot trend
viral: trending
note: page document notes
notes: note
journaling: note
vault: note secret
document: doc page file
wiki: page knowledge
knowledge: wiki
article: page document
content: text body
heading: title
title: name
slide: presentation
deck: presentation slide
presentation: slide powerpoint
workbook: excel spreadsheet
xlsx: excel workbook worksheet
worksheet: sheet excel
spreadsheet: sheet excel cell
cell: range sheet
pivot: table
docx: word document
pdf: document convert
csv: table data
file: document content path
path: file
folder: directory
directory: folder list
tree: directory
rename: move update
metadata: info
size: info
permission: access share
access: permission role
role: permission
token: key secret
credential: secret key
password: secret
secret: key
security: vulnerability advisory alert scan
advisory: security
leak: secret scan
vulnerable: security alert
address: geocode location
coordinates: geocode latitude longitude location
latitude: geocode
geocode: address coordinates
gps: coordinates location
location: place address
place: location
map: location place
nearby: search place around local
near: around
restaurant: place business local
cafe: place business
route: directions
directions: route navigation
drive: driving directions
walk: walking directions
bus: transit
subway: transit
metro: transit
transit: bus subway
taxi: ride
cab: taxi
ride: taxi
distance: matrix route
far: distance
travel: trip distance
trip: travel booking
hotel: accommodation room
accommodation: hotel
apartment:
stay: hotel accommodation
lodging: hotel
flight: airline
train: ticket
seat: ticket
rain: weather forecast
snow: weather forecast
sunny: weather forecast
temperature: weather climate thermostat
storm: weather alert
forecast: weather
weather: forecast
lamp: light turn
light: turn on off
lights: light turn
blinds: cover position
curtain: cover position
heating: temperature climate
aircon: climate temperature
hoover: vacuum
clean: vacuum
device: entity
todo: task
to-do: task
task: todo issue
chore: task
deadline: due date task
checklist: item task
approval: approve request
leave: absence vacation
absence: leave
sick: leave
attendance: record
punch: attendance
department: team user
qr: qrcode code
barcode: code
encode: convert
convert: transform
timezone: time zone
think: thinking thought
reason: thinking
brainstorm: thinking ideas
embed: embedding
similar: vector search
dataset: data
sign: signature
contract: agreement document
survey: form poll
submission: form response
visitor: user form traffic
traffic: visitors analytics
conversion: analytics
audience: segment
campaign: newsletter
webhook: hook event
hook: webhook
cron: schedule job
job: task run
queue: message job
topic: message
stream: message
backup: snapshot
restore: backup
rollback: rollout undo
restart: start stop rollout
reboot: restart start stop
boot: start
migrate: migration
sync: synchronize update
bookmark: save star
highlight: annotate
spell: grammar
grammar: check text
lookup: search get
info: details
details: info
find: search
degree: temperature climate
celsius: temperature
fahrenheit: temperature
bedroom: light climate room device
kitchen: light device room
living: light room device
room: device light
popular: download trending statistics
popularity: download statistics
forever: delete terminate permanent
permanently: delete terminate
gone: delete remove
undo: revert restore rollback
lost: restore recover
recover: restore
newest: recent latest list
latest: recent list
biggest: size largest top
largest: size top
cheapest: price search
cheap: price
expensive: cost price
free: available free
leftover: remaining
pending: status waiting
unread: email message list
mark: update status
finish: complete close
closed: status state
open: state status list
unresolved: issue error open
broken: error failed check
failed: failure status retry
failing: status check
fail: error failure
healthy: health status
alive: ping health
down: outage status health
uptime: monitor status
response: latency
latency: performance metric
cpu: metric usage
ram: memory metric
disk: storage volume
space: storage disk
quota: limit usage
limit: quota rate
usage: metric statistics
consumption: usage
resource: kubernetes
yaml: manifest apply
manifest: apply
ssh: command server
server: host instance
host: server
ip: address network
ping: network host
network: vpc request
firewall: rule security group
port: firewall security
certificate: ssl domain
dns: record domain zone
record: dns
nameserver: dns
subdomain: dns record
redirect: rule
lint: code analysis
refactor: code edit
format: code style
syntax: code query
autocomplete: completion
symbol: definition reference
definition: symbol code
references: find symbol
unit: test
coverage: test
e2e: test browser
bench: performance
changelog: release commits
history: log list commits
who: user author assignee owner
author: user blame
blame: author line
diff: compare changes
difference: compare diff
changes: diff commit history
changed: diff files history
conflict: merge
rebase: merge branch
cherry: pick commit
stash: changes uncommitted
uncommitted: status diff stash
untracked: status
gist: snippet
snippet: gist
discussion: comment thread
milestone: project due
roadmap: project milestone
estimate: points
priority: update issue
severity: alert priority
escalate: incident
acknowledge: incident
postmortem: incident
rota: schedule on-call
rotation: schedule on-call
campaign: email newsletter marketing
newsletter: campaign send
bounce: email report
opened: open report
opportunities: deal
prospect: lead contact
quote: price estimate
proposal: document quote
signature: sign envelope
signed: envelope status signature
agreement: envelope contract document
nda: contract envelope
payroll: salary
salary: payroll compensation
hire: candidate job
recruit: candidate job
applicant: candidate
cv: candidate resume
interview: candidate schedule
onboard: employee create
benefits: employee
holiday: leave vacation
vacation: leave time-off
expenses: expense report
reimburse: expense
mileage: expense
tax: summary
profit: report loss
loss: profit report
ledger: transaction account
accounting: ledger invoice
bookkeeping: ledger
debt: overdue balance
overdue: invoice due
unpaid: invoice overdue
vendor: supplier bill
supplier: vendor
tickets: issue ticket
complaint: ticket
support: ticket customer
helpdesk: ticket
satisfaction: survey rating csat
faq: article help
chatbot: bot conversation
bot: robot message
group: chat channel
broadcast: send message
everyone: channel all
emojis: reaction
gif: image
sticker: emoji message
poll: vote survey
vote: poll
rsvp: invitation respond
attend: respond invitation event
decline: respond invitation
recurring: event repeat
repeat: recurring
weekly: recurring schedule
daily: schedule
standup: meeting event
minutes: summary meeting
recap: summary
tldr: summarize
summarize: summary text
keywords: extract text
sentiment: analyze text
language: detect translate
translate: text language
spelling: check grammar
proofread: grammar check
ocr: image text extract
scan: detect document
handwriting: ocr image
face: detect image
object: detect image
caption: describe image
describe: image caption
blur: image filter
sharper: enhance upscale
bigger: upscale resize
watermark: image pdf
logo: watermark image
thumbnail: image resize
icon: image
avatar: profile image
wallpaper: image
movie: video film
trim: video audio cut
subtitle: transcript caption
podcast: episode audio
episode: podcast
radio: station stream
lyrics: song
concert: event ticket
ticketing: event
book: reserve
reserve: book
reservation: booking
cancel: booking delete
checkin: check
boarding: check-in
gate: flight status
airport: flight
airplane: flight
train: rail ticket
railway: train
ferry: ticket
visa: requirement
passport: visa
exchange: currency convert
money: currency payment
convert: currency format
kilometers: distance
miles: distance
pizza: food restaurant
food: restaurant recipe
cook: recipe
recipe: meal ingredient
diet: nutrition
workout: activity exercise
running: activity
steps: activity
sleep: health
heart: rate health
blood: health
drug: medication
gas: fuel oil price
petrol: fuel oil price
gasoline: fuel oil price
electricity: energy
energy: usage consumption
solar: energy
doorbell: camera
camera: snapshot
door: lock cover
lock: door
garage: cover door
alarm: alert security
robot: vacuum
scene: activate
sunset: sun time
sunrise: sun time
moon: astronomy
planet: astronomy
nasa: astronomy
quake: earthquake
flood: alert weather
pollen: air quality
pollution: air quality
air: quality pollution
humid: weather humidity
wind: weather forecast
umbrella: weather rain forecast
jacket: weather temperature
calculate: math compute
compute: calculate
math: calculate
equation: calculate solve
sum: calculate aggregate
average: aggregate statistics
median: statistics
regression: analysis model
forecasting: predict
cluster: group kubernetes
outlier: anomaly
anomaly: detect
pivot: aggregate
join: merge
filter: search query
sort: order
deduplicate: duplicates remove
duplicates: deduplicate
clean: remove delete
validate: check schema
uuid: generate id
random: generate
hash: digest
base64: encode decode
encode: encoding base64
decode: decoding base64
regex: match pattern
pattern: search match
json: parse format
xml: parse
parse: extract
template: create
prompt: template model
llm: model completion
gpt: model completion
ai: model generate
completion: generate text
finetune: training model
checkpoint: model weights
weights: model
inference: predict model
gpu: compute instance
embedding: vector
semantic: vector search
rag: search knowledge
ontology: graph
triple: relation
structured: extract schema
drawing: image file attachment
attachment: file upload
attach: attachment file upload
agent: node worker
worker: agent node
offline: stop disable maintenance
online: status start
audit: log history trail
trail: audit history
viewed: view audit history
frequency: sort count
often: frequency count
worst: top frequency
abandoned: cart incomplete
left: abandoned remaining
shoppers: customer cart
lifecycle: expire delete rule
expire: lifecycle ttl
age: lifecycle date
engineering: department organization
head: manager lead
lead: manager contact
report: summary
boss: manager organization
hierarchy: organization tree
org-chart: organization
weekend: date
tomorrow: date
afternoon: event
agenda: event calendar
diary: calendar event
plans: event calendar
catering: food
desk: room
projector: room
guest: invite attendee
speaker: participant
absent: leave
off: leave disable
`;
