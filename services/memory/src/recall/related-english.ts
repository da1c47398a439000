/**
 * English words of everyday life that stand for one another in questions and answers, one group a line. A group holds
 * words of one meaning or one narrow topic: what would be found by it must be likely to answer. Written for this
 * product.
 */
export const RELATED_ENGLISH = `
kid child son daughter toddler baby
parent mom mother dad father mum
family relative sibling parent
brother sister sibling
grandmother grandma granny grandfather grandpa grandparent
husband wife spouse partner married
marry wedding engaged fiance bride groom
boyfriend girlfriend dating relationship partner
divorce breakup separated ex
pregnant pregnancy expecting baby birth
adopt adoption foster
friend buddy pal
neighbor neighbour next-door
pet dog cat puppy kitten
dog puppy pup
cat kitten
job work career occupation profession employed
employer company firm office workplace
boss manager supervisor
colleague coworker teammate
hire hired job offer recruited
resign quit laid-off fired leave
promotion promoted raise
salary wage pay income earn
business startup company shop store founded
customer client
meeting appointment interview
project task assignment
school college university campus
study degree major course class
teacher professor instructor tutor
student pupil classmate
exam test quiz
graduate graduation diploma degree
scholarship grant funding tuition
learn study practice lesson class
education degree school major
home house apartment flat condo
rent lease landlord tenant
move moved relocate relocation
hometown grew-up raised born native
country nation homeland
city town village
room bedroom kitchen bathroom
furniture sofa couch table chair bed
garden yard plants flowers gardening
renovate remodel repair fix
travel trip vacation holiday journey getaway
visit visited went trip
travel trip flight fly train
flight plane airport airline fly
hotel hostel airbnb resort stay
train bus subway metro commute
car vehicle drive truck suv
bike bicycle cycling biking
hike hiking trail mountain
camp camping tent campfire
beach sea ocean coast shore
lake river pond waterfall
park outdoors nature forest
road-trip drive driving
tourist sightseeing landmark museum
abroad overseas foreign
health healthy fitness wellness
sick ill illness disease flu
doctor physician clinic hospital
surgery operation hospital
injury injured hurt broke sprained
pain ache sore
allergy allergic
medicine medication pill drug prescription
diagnose diagnosed diagnosis condition
therapy therapist counseling counselor psychologist
stress stressed anxious anxiety overwhelmed pressure
sleep insomnia tired exhausted rest
diet eating nutrition weight
gym workout exercise training
run running jog marathon race
yoga meditation mindfulness
swim swimming pool
sport football soccer basketball tennis baseball
game match tournament competition
win won champion award trophy prize
team club league
food meal dish cuisine
eat ate meal dinner lunch breakfast
cook cooking bake baking recipe
restaurant diner cafe bistro
dessert cake cookie pie ice-cream sweet
drink beverage coffee tea beer wine
vegetarian vegan plant-based meat
fruit apple banana berry orange
snack chip cracker candy
spicy flavor taste
hobby hobbies pastime interest enjoy
paint painting painter canvas
art artist artwork drawing sculpture
draw drawing sketch
pottery ceramic clay pot bowl
photo photograph photography picture camera
music song band concert album
instrument guitar piano violin drum
sing singing singer choir
dance dancing dancer
concert gig festival show performance
movie film cinema
show series tv television
book novel read reading
author writer wrote
write writing blog journal poem
game gaming videogame console
chess puzzle boardgame
knit sew sewing craft crochet
collect collection
volunteer volunteering charity nonprofit
donate donation fundraiser charity
community group support
activist activism protest march rights
church faith religion religious pray
god spiritual faith
happy glad joy excited thrilled
sad upset down depressed
angry mad furious annoyed frustrated
afraid scared fear frightened nervous
proud accomplished achievement
love adore like enjoy favorite
favorite favourite prefer best
hate dislike cannot-stand
worried concern anxious
surprise surprised unexpected
grateful thankful appreciate
lonely alone
inspire inspired inspiration motivate motivation
goal dream aspiration plan ambition
plan planning intend going-to
decide decision choose chose
begin start began started
finish complete end ended done
stop quit gave-up
buy bought purchase purchased got
sell sold selling
gift present
price cost paid expensive cheap dollars
money cash budget savings finance financial
save saving savings
debt loan mortgage borrow
invest investment stock
bank account
birthday born age turned
anniversary years-together
age old years
event party celebration gathering
celebrate celebration party
christmas thanksgiving easter holiday
death died passed-away loss funeral
memory remember reminded
necklace ring bracelet jewelry
clothes clothing outfit dress shirt
shoe sneaker boot
phone smartphone cell mobile
computer laptop pc
app software program
code coding programming developer engineer
internet online website
email message text call
lost lose misplaced
broken broke damaged
accident crash collision
storm rain snow weather hurricane
fire flood disaster
police crime stolen robbed theft
law lawyer legal attorney
politics politician election campaign
government mayor council
army military veteran soldier
science scientist research researcher
environment climate sustainability conservation
animal wildlife
horse riding
bird parrot
fish fishing aquarium
turtle reptile lizard snake
plant flower tree
color colour red blue green yellow
big large huge
small little tiny
new recent latest
identity gender transgender
race ethnicity background
nationality origin country
language speak spanish french german chinese
single unmarried
hair haircut hairstyle
tattoo piercing
deadline due
problem issue trouble challenge difficulty
error bug failure crash
help support assist
advice suggest suggestion recommend recommendation tip
mentor guide coach
speech talk presentation speak
conference workshop seminar convention
exhibit exhibition gallery show
certificate certification license
address street live
password credential secret login
server host machine
database storage
deploy deployment release rollout ship
meeting call sync standup
document file report
budget cost spending
`;
