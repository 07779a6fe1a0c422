/** A report as one HTML page that runs its own script and nothing else, and fetches nothing. */
import { createHash } from 'node:crypto';
import type { ReportData } from '../../../webview/report/model.ts';

/** The bundled page. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** Text in HTML, safe between tags and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"'\u0000]/g, (mark) => (mark === '\u0000' ? '\ufffd' : `&#${mark.charCodeAt(0)};`));

/**
 * JSON that can stand in a `<script>`: without `<` nothing in it can end the element or open a comment. The two line
 * separators are escaped too, for readers that still take them as line ends.
 */
export const embeddableJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * Throws if an element's text would end the element early, or late (`<!--` with a later `<script` hides the end), or is not what
 * the parser sees (it changes carriage returns): the content policy's hash covers the text as parsed.
 */
function checked(text: string, element: 'script' | 'style'): string {
  const ending = element === 'script' ? /<\/script|<!--[^]*<script|\r/i : /<\/style|\r/i;
  const found = ending.exec(text);
  if (found) throw new Error(`The bundled page holds ${JSON.stringify(found[0].slice(0, 20))}, which may not stand in a <${element}>: build it again with \`npm run build\`.`);
  return text;
}

/**
 * The page. Its policy admits the one script and the one style sheet by their hashes, and an empty style sheet: the component
 * library adds one to find out whether the browser knows `:focus-visible`.
 */
export function reportHtml(data: ReportData, parts: PageParts): string {
  const script = checked(parts.script, 'script');
  const style = checked(parts.style, 'style');
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)} ${hash('')}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en" class="plain">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(data.overview.name)} \u00b7 StepTool report</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main><noscript>This report draws itself with a script that is inside the page; allow it to run.</noscript></main>
<script type="application/json" id="data">${embeddableJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}
