/** Base form first; the rest are forms of it that no rule about endings finds. */
const FORMS = `
arise arose arisen|awake awoke awoken|be been|bear bore borne|beat beaten|become became|begin began begun|bend bent
bind bound|bite bit bitten|blow blew blown|break broke broken|bring brought|build built|buy bought|catch caught
choose chose chosen|come came|creep crept|deal dealt|dig dug|do did done|draw drew drawn|dream dreamt|drink drank drunk
drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|flee fled|fly flew flown
forbid forbade forbidden|forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got gotten
give gave given|go went gone|grow grew grown|hang hung|have had|hear heard|hide hid hidden|hold held|keep kept
kneel knelt|know knew known|lay laid|lead led|leap leapt|learn learnt|leave left|lend lent|lie lain|lose lost
make made|mean meant|meet met|mistake mistook mistaken|pay paid|prove proven|ride rode ridden|ring rang rung
rise rose risen|run ran|say said|see saw seen|seek sought|sell sold|send sent|shake shook shaken|shine shone|shoot shot
show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken
spend spent|spin spun|stand stood|steal stole stolen|stick stuck|sting stung|strike struck|swear swore sworn
sweep swept|swim swam swum|swing swung|take took taken|teach taught|tear tore torn|tell told|think thought
throw threw thrown|understand understood|wake woke woken|wear wore worn|weave wove woven|weep wept|win won
wind wound|withdraw withdrew withdrawn|write wrote written
child children|foot feet|goose geese|knife knives|life lives|leaf leaves|mouse mice|ox oxen|person people|tooth teeth
wife wives|wolf wolves|woman women|man men|half halves|shelf shelves|loaf loaves|thief thieves
criterion criteria|datum data|index indices|matrix matrices|vertex vertices|analysis analyses|crisis crises
`;

/** English words whose form says nothing of their base, with the base: "went" is "go". */
export const IRREGULAR: ReadonlyMap<string, string> = new Map(
  FORMS.trim()
    .split(/[|\n]/)
    .flatMap((line) => {
      const [base = '', ...forms] = line.split(' ');
      return forms.map((form) => [form, base] as const);
    }),
);
