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
package-tracking: shipment
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
read-aloud: speech
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
shop-nearby: place
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
hotel: accommodation room listing
accommodation: listing hotel
apartment: listing
stay: listing hotel accommodation
lodging: listing hotel
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
subscriber-list: audience
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
`;
