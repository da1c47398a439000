export { analyse, forgetLines, queryTerms } from './analyse.ts';
export { estimateTokens } from './estimate.ts';
export { fold, nameKey } from './fold.ts';
export { isHan } from './han.ts';
export { matchedIn } from './matched.ts';
export { sentencesOf } from './sentences.ts';
