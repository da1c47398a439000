import { type Language, renderMarkdown, textToHtml } from '@holdfast/markdown';

import { documentPage, escapeHtml } from '../pages/html.ts';
import { actionFacts, count, type Fact, questionsOf, runFacts } from './facts.ts';
import { actionAnchor, reportCitations, titleOf } from './report.ts';
import type { ExportedAction, RunExport } from './run-export.ts';
import { beginning, MAX_REPORT, type Shown, ValueWriter } from './shown.ts';
import { EXPORT_POLICY, EXPORT_STYLE } from './style.ts';
import { EXPORT_TEXTS, type ExportTexts } from './texts.ts';

/** A run as one HTML file that needs nothing else: no script, no image, its style named by hash in its own policy. */
export function exportHtml(document: RunExport, lang: Language): string {
  const texts = EXPORT_TEXTS[lang];
  return documentPage({
    lang: texts.htmlLang,
    title: `${titleOf(document)} · Holdfast`,
    head: `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(EXPORT_POLICY)}">
<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex"><style>${EXPORT_STYLE}</style>`,
    body: bodyOf(document, lang, texts),
  });
}

function bodyOf(document: RunExport, lang: Language, texts: ExportTexts): string {
  const { actions, complete, exported_at: at, holdfast, redacted, run } = document;
  const values = new ValueWriter();
  const note = complete ? '' : `<p class="note">${texts.incomplete}</p>`;
  const shared = redacted ? `<p class="soft">${texts.redacted}</p>` : '';
  const task =
    run.task === '' ? '' : section('task', texts.task, `<pre dir="auto" tabindex="0">${textToHtml(run.task)}</pre>`);
  const list = actions.map((action) => actionPart(action, values, texts)).join('\n');
  return `<header><h1 dir="auto">${textToHtml(titleOf(document))}</h1>${note}${shared}</header>
<main>${facts(runFacts(document, texts), texts.facts)}
${task}
${section('report', texts.report, reportPart(document, lang, texts))}
${section('actions', texts.actions, list === '' ? `<p>${texts.noActions}</p>` : list)}
${questionPart(document, texts)}
${filePart(document, texts)}</main>
<footer><p class="soft">${escapeHtml(texts.exported(at, holdfast.version))}</p></footer>`;
}

function section(id: string, title: string, content: string): string {
  return `<section aria-labelledby="part-${id}"><h2 id="part-${id}">${title}</h2>
${content}</section>`;
}

function reportPart(document: RunExport, lang: Language, texts: ExportTexts): string {
  const { cut, text } = beginning(document.run.output, MAX_REPORT);
  if (text === '') return `<p>${texts.noReport}</p>`;
  const html = renderMarkdown(text, { lang, idPrefix: 'report-', ...reportCitations(document) });
  const note = cut === 0 ? '' : `<p class="note">${texts.reportCut(count(cut))}</p>`;
  return `<div class="report">${html}</div>${note}`;
}

function actionPart(action: ExportedAction, values: ValueWriter, texts: ExportTexts): string {
  const { id, name } = action;
  const title = `${textToHtml(id)} · ${textToHtml(name)}`;
  return `<article class="action" id="${anchor(id)}" aria-label="${escapeHtml(`${texts.action} ${id}`)}"><h3>${title}</h3>
${facts(actionFacts(action, texts), `${texts.action} ${id}`)}
${value(texts.arguments, values.write(action.arguments), texts)}${value(texts.result, values.write(action.result), texts)}</article>`;
}

function value(name: string, shown: Shown | undefined, texts: ExportTexts): string {
  if (!shown) return '';
  const note = shown.cut === 0 ? '' : `<p class="soft">${texts.cut(count(shown.cut))}</p>`;
  return `<h4>${name}</h4><pre dir="ltr" tabindex="0">${textToHtml(shown.text)}</pre>${note}`;
}

function questionPart({ events }: RunExport, texts: ExportTexts): string {
  const asked = questionsOf(events, texts);
  if (asked.length === 0) return '';
  const rows = asked.map(({ actionId, answer, text }) => {
    const link = `<a href="#${anchor(actionId)}">${textToHtml(actionId)}</a>`;
    return `<tr><td class="words">${link}</td><td dir="auto">${textToHtml(text)}</td><td class="words" dir="auto">${textToHtml(answer ?? texts.notAnswered)}</td></tr>`;
  });
  return section(
    'questions',
    texts.questions,
    table(texts.questions, [texts.action, texts.question, texts.answer], rows),
  );
}

function filePart({ artifacts }: RunExport, texts: ExportTexts): string {
  if (artifacts.length === 0) return '';
  const rows = artifacts.map(
    ({ path, sha256, size }) =>
      `<tr><td dir="auto">${textToHtml(path)}</td><td>${count(size)} ${texts.bytes}</td><td><code>${escapeHtml(sha256)}</code></td></tr>`,
  );
  return section('files', texts.artifacts, table(texts.artifacts, [texts.path, texts.size, 'SHA-256'], rows));
}

function table(caption: string, head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((name) => `<th scope="col">${name}</th>`).join('');
  return `<div class="table-scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table>
<caption class="sr-only">${escapeHtml(caption)}</caption><thead><tr>${cells}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function facts(rows: readonly Fact[], caption: string): string {
  const body = rows.map(
    ([name, text]) => `<tr><th scope="row">${name}</th><td dir="auto">${textToHtml(text)}</td></tr>`,
  );
  return `<table><caption class="sr-only">${escapeHtml(caption)}</caption><tbody>${body.join('')}</tbody></table>`;
}

function anchor(actionId: string): string {
  return escapeHtml(actionAnchor(actionId));
}
