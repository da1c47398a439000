/** English words so common that they tell little of what a tool should do. They count less, and never for a name of theirs. */
export const COMMON = `
about above across after again ago all already also always am among another any anybody anyone anything around as away
back bad because before begin behind below best better between big both bring came come coming couple current currently day
days different each early either else enough even ever every everybody everyone everything exactly existing far few first
five former four full further gave getting give given go goes going gone good got great hand hard having here high highly
hundred inside instead just keep kind know known large last lately later latest least less like little long look looking
looks lot low lots made make makes making many mine more most much must near nearly never new next nice no nobody none
nothing now number ok old once one only onto open other others over own part particular past people per perhaps piece
place please possible put quick quickly quite rather ready real really right same say says second see seem several short
show since single six small somebody someone something sometimes soon still stuff such sure take taken takes taking tell
ten than thank thanks that thing things think third thirty though thousand three through till time times today together
tomorrow tonight too took toward towards twelve twenty twice two under until upon use used useful using various very via
wait want wants way week weeks well went whatever whenever wherever whether while whole whose without word words work
working works world yes yesterday yet year years month months hour hours minute minutes morning afternoon evening monday
tuesday wednesday thursday friday saturday sunday specific specified certain main simple need needs necessary help allow
let lets certainly currently ours yours theirs himself myself yourself itself
`;
