import { REDACTED, redactText } from '@holdfast/telemetry';
import { fold, sentencesOf } from '@holdfast/text';

import type { Draft, Kind } from '../record.ts';
import type { EndedRun, TranscriptPart } from './transcript.ts';
import { trustIn } from './trust.ts';

/** What people say of themselves, or want from now on. */
const SAYINGS = [
  /\b(?:i|we)\s+(?:really\s+|always\s+|usually\s+|never\s+|don't\s+|do not\s+)?(?:prefer|like|love|hate|dislike|need|use|work|live|own|speak|want|avoid|write|am allergic|can't|cannot)\b/iu,
  /\b(?:my|our)\s+[\p{L}\s'-]{2,40}\s+(?:is|are|was|were|will be|lives?|works?)\b/iu,
  /\b(?:i am|i'm|we are|we're)\s+(?:a|an|the|from|in|based|responsible|allergic|vegetarian|working)\b/iu,
  /^(?:please\s+)?(?:remember|note|keep in mind|always|never|from now on|in future|by default)\b/iu,
  /\b(?:let's|we) (?:decided?|agreed?|go with|settled? on)\b/iu,
  /我(?:们)?(?:更|很|最|非常|一直|总是|从不|不)?(?:喜欢|偏好|讨厌|习惯|需要|用的是|住在|在.{1,12}工作|是一?名|来自|不吃|过敏|希望)/u,
  /(?:我|我们|咱们)的.{1,20}(?:是|叫|在|为)/u,
  /(?:记住|请记得|记一下|以后都?|今后|从现在起|默认(?:用|使用)?|总是|一律|不要再)/u,
  /(?:我们|咱们)(?:决定|商定|同意|约定|选择了?)/u,
];
const SECRET_SAID =
  /(\b(?:pass(?:word|code|phrase)|pin(?: code)?|secret|api key|token)\b\s{0,3}(?:is|was|=|:)\s{0,3}|(?:密码|口令|密钥|验证码)\s{0,3}(?:是|为|：|:|=)\s{0,3})[^\s,，。;；]+/giu;
const QUESTION =
  /[?？]\s*$|^(?:what|who|when|where|why|how|can you|could you|would you|do you|is there|请问|能不能|可以.{0,10}吗)/iu;
const FACT_CHARS = { least: 6, most: 400 } as const;
const TASK_CHARS = 300;
const OUTCOME_CHARS = 500;

/** What of a run is kept where no model says it: how it went, and what the person said of themselves. */
export function draftsByRules(run: EndedRun): Draft[] {
  return [experienceOf(run), ...factsOf(run)];
}

/** How a task went, in one text. */
function experienceOf(run: EndedRun): Draft {
  const said = run.transcript.filter(({ role, text }) => role === 'assistant' && text.trim() !== '');
  const last = said.at(-1);
  const tools = [...new Set(run.transcript.filter(({ role }) => role === 'tool').map(({ tool }) => tool))];
  const failed = run.transcript.filter(({ role, ok }) => role === 'tool' && !ok);
  const text = [
    `Task (${run.status}): ${short(run.task, TASK_CHARS)}`,
    ...(tools.length === 0 ? [] : [`Tools: ${tools.slice(0, 12).join(', ')}`]),
    ...(failed.length === 0
      ? []
      : [
          `Failed on the way: ${failed
            .slice(0, 3)
            .map((part) => part.tool)
            .join(', ')}`,
        ]),
    ...(last === undefined ? [] : [`Outcome: ${short(last.text, OUTCOME_CHARS)}`]),
  ].join('\n');
  // What it says came of it is what an agent wrote, perhaps of what it had read.
  const trust = last === undefined ? 'agent' : trustIn(run)(last.text, last.text);
  return draftOf(run, 'experience', text, last, trust ?? 'agent', run.task);
}

function factsOf(run: EndedRun): Draft[] {
  const known = new Set<string>();
  return run.transcript
    .filter(({ role }) => role === 'user')
    .flatMap((part) => sentencesOf(part.text).map((sentence) => ({ part, sentence: sentence.trim() })))
    .filter(({ sentence }) => {
      const fits = sentence.length >= FACT_CHARS.least && sentence.length <= FACT_CHARS.most;
      const folded = fold(sentence);
      if (!fits || known.has(folded) || QUESTION.test(folded)) return false;
      known.add(folded);
      return SAYINGS.some((saying) => saying.test(folded));
    })
    .map(({ part, sentence }) => draftOf(run, 'fact', sentence, part, 'user', sentence));
}

/** A draft that is the same however often a run is learnt from. */
export function draftOf(
  run: EndedRun,
  kind: Kind,
  text: string,
  part: TranscriptPart | undefined,
  trust: 'user' | 'agent' | 'outside',
  evidence: string,
): Draft {
  return {
    scope: run.scope,
    kind,
    text: withoutSecrets(text),
    provenance: {
      trust,
      origin: 'run',
      runId: run.runId,
      actionId: part?.actionId ?? '',
      documentId: '',
      author: trust === 'user' ? run.scope.user : '',
      evidence: withoutSecrets(short(evidence, 2000)),
      location: '',
    },
    ...(part && part.at > 0 ? { at: part.at } : {}),
  };
}

/** Also those that are told in a sentence: no form gives a password away, only the word before it. */
function withoutSecrets(text: string): string {
  return redactText(text).replaceAll(SECRET_SAID, `$1${REDACTED}`);
}

function short(text: string, most: number): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  return flat.length <= most ? flat : `${flat.slice(0, most - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
}
