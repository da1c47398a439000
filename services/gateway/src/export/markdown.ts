import { inertMarkdown, namedControls } from '@holdfast/markdown';

import { actionFacts, count, type Fact, questionsOf, runFacts } from './facts.ts';
import { actionAnchor, reportCitations, titleOf } from './report.ts';
import type { ExportedAction, RunExport } from './run-export.ts';
import { beginning, MAX_REPORT, type Shown, ValueWriter } from './shown.ts';
import type { ExportTexts } from './texts.ts';

/** A run as Markdown. What the run wrote does nothing there: no HTML, no images, no links but ordinary ones. */
export function exportMarkdown(document: RunExport, texts: ExportTexts): string {
  const { actions, artifacts, complete, events, exported_at: at, holdfast, redacted, run } = document;
  const values = new ValueWriter();
  const report = beginning(run.output, MAX_REPORT);
  const questions = questionsOf(events, texts).map(
    ({ actionId, answer, text }) =>
      `- ${link(actionId)} ${plain(text)}\n  - ${texts.answer}: ${plain(answer ?? texts.notAnswered)}`,
  );
  const parts = [
    `# ${plain(titleOf(document))}`,
    complete ? '' : `> **${texts.incomplete}**`,
    redacted ? `> ${texts.redacted}` : '',
    facts(runFacts(document, texts), texts),
    run.task === '' ? '' : `## ${texts.task}\n\n${fenced(run.task)}`,
    `## ${texts.report}`,
    report.text === '' ? texts.noReport : inertMarkdown(report.text, reportCitations(document)).trim(),
    report.cut === 0 ? '' : `*${texts.reportCut(count(report.cut))}*`,
    `## ${texts.actions}`,
    actions.length === 0 ? texts.noActions : '',
    ...actions.map((action) => actionPart(action, values, texts)),
    ...(questions.length === 0 ? [] : [`## ${texts.questions}`, questions.join('\n')]),
    ...(artifacts.length === 0 ? [] : [`## ${texts.artifacts}`, fileTable(document, texts)]),
    `---\n\n${texts.exported(at, holdfast.version)}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function actionPart(action: ExportedAction, values: ValueWriter, texts: ExportTexts): string {
  const parts = [
    // Written by us, so that links of the report and of the list find it wherever Markdown may hold an anchor.
    `### <a id="${anchor(action.id)}"></a>${plain(action.id)} · ${plain(action.name)}`,
    facts(actionFacts(action, texts), texts),
    value(texts.arguments, values.write(action.arguments), texts),
    value(texts.result, values.write(action.result), texts),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function value(name: string, shown: Shown | undefined, texts: ExportTexts): string {
  if (!shown) return '';
  const note = shown.cut === 0 ? '' : `\n\n*${texts.cut(count(shown.cut))}*`;
  return `${name}:\n\n${fenced(shown.text)}${note}`;
}

function facts(rows: readonly Fact[], texts: ExportTexts): string {
  return table([texts.facts, ''], rows);
}

function fileTable({ artifacts }: RunExport, texts: ExportTexts): string {
  const rows = artifacts.map(({ path, sha256, size }) => [path, `${count(size)} ${texts.bytes}`, sha256]);
  return table([texts.path, texts.size, 'SHA-256'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => plain(cell)).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function link(actionId: string): string {
  return `[${plain(actionId)}](#${anchor(actionId)})`;
}

function anchor(actionId: string): string {
  return encodeURIComponent(actionAnchor(actionId));
}

/** Text on one line in which nothing is a mark. */
function plain(text: string): string {
  const line = namedControls(text).replaceAll(/\s+/g, ' ').trim();
  return line.replaceAll(/[!#&*<>[\\\]_`|~]/g, String.raw`\$&`);
}

/** Text as a block of code, whatever is in it. */
function fenced(text: string): string {
  const shown = namedControls(text);
  const longest = [...shown.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}\n${shown.replace(/\n+$/, '')}\n${fence}`;
}
