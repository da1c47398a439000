/** Words that tools use for one thing, a line each: who asks may take another than who wrote the tool. */
export const SAME = `
list show get view display read fetch retrieve see look
create make add new open file insert
delete remove erase trash destroy drop terminate discard wipe
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
email mail mailbox inbox
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
click press tap push
fill type enter input
navigate visit goto browse open
screenshot capture snapshot
coupon promo voucher discount
elevation altitude height
freebusy availability free-busy
postpone reschedule delay
draft prepare
ban kick block
taxi cab ride
transit bus subway metro
accommodation lodging apartment hotel
sms text
reboot restart
scrape extract crawl
fetch download retrieve
docs documentation document
workflow action pipeline
participant attendee member
participant attended joined
department team division
trending hot popular
qrcode qr
currency exchange
parcel package shipment
courier shipping delivery
coordinates latitude longitude gps
location place position
heading title headline
slide presentation deck
worksheet sheet workbook spreadsheet
configure setup set
config configuration settings
variable env
dialog popup alert modal
tab window
log logs
details info information metadata
statistics stats metrics analytics
subscriber follower
comment reply feedback
label tag
card task
checklist subtask
subscription membership
profile bio
contact person
company organization organisation business
deal opportunity
inventory stock quantity
tracking track
webhook hook callback
secret token apikey
role permission
policy rule
quota limit
job task
cron schedule
backup snapshot dump
script code
code program snippet
execute eval evaluate
compile build
lint format
benchmark performance
branch ref
commit changeset
star favorite favourite bookmark like
watch follow subscribe
pin sticky
archive unarchive
upload attach import
export dump save
preview thumbnail
crop trim cut
resize scale
rotate turn
voice speech audio
transcript subtitle caption
play playback
pause stop
skip next
brightness dim
light lamp bulb
temperature climate thermostat heating
blinds curtain shutter cover
vacuum hoover clean
lock unlock
camera webcam
sensor device entity
paper article publication study
news headline article
quote price
stock share ticker equity
portfolio holdings
salary payroll wage
candidate applicant
interview recruiting
survey poll questionnaire form
quiz test
course lesson
recipe dish meal
restaurant cafe dining
food meal
delivery takeout
gym workout exercise activity
patient medical health
law legal
attendance clock-in punch
approval approve sign-off
notification notify alert push
vector embedding
model llm
prompt instruction
dataset data
chunk split
diagram flowchart chart
plot chart graph
pivot summarize
validate check verify
scan detect
encrypt cipher
hash checksum digest
ping health
status state health
uptime availability
region zone
cluster node
network vpc
load-balancer lb
certificate cert
instance droplet
volume disk
snapshot image
topic queue
consumer subscriber
stream feed
migration migrate
index indexes indices
trigger webhook
enlarge upscale bigger larger magnify
shrink smaller reduce downsize
think thinking thought reason reasoning
latest newest recent
top popular best highest trending
rename retitle
warn alert
assess evaluate review
inspect examine view details
monitor watch track observe
publish release
register signup
suspend pause
resume continue unpause
authenticate login auth authorize
rate rating review score
recommend suggest suggestion recommendation
answer question faq
translate localize
rewrite paraphrase polish
detect identify recognize
classify categorize label
generate produce create
artifact output
mention mentioned tag tagged
follower fan
topic subject
goal objective okr
budget allowance
tax vat
bank account
wallet balance
loan credit
insurance policy
ticket pass
passenger traveller traveler
itinerary trip
luggage baggage
car vehicle
parking garage
fuel gas petrol oil
house property estate
rent lease
tenant renter
doctor physician
prescription medication drug
symptom diagnosis
calorie nutrition
sleep rest
heart pulse
student pupil
teacher instructor
school university
grade score
homework assignment
book ebook
library shelf
movie film
actor cast
game match
team club
player athlete
score result
ring call phone dial
bell doorbell
garage door
humidity moisture
timezone zone
holiday vacation
birthday anniversary
timer countdown
alarm reminder
map atlas
altitude elevation
border boundary
street road
crossing intersection
weather climate
smog pollution aqi
storm hurricane typhoon
earthquake quake
`;
