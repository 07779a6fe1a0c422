/** The document of a page: one script with a nonce, two style sheets' worth in one file, and nothing else may load or run. */
import { randomBytes } from 'node:crypto';

/** Where the page's files are, as its webview may load them. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
  /** The webview's own source, for its content policy. */
  readonly source: string;
  /** For screen readers; an editor's tab has a title of its own. */
  readonly title?: string;
  /** What stands there until the script is loaded and has something to draw. */
  readonly waiting?: string;
}

/** Text, in an attribute or between tags. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** Hash of the empty style sheet, which the component library adds to find out whether the browser knows `:focus-visible`. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** The document, with a fresh nonce. `language` is the editor's, for screen readers. */
export function pageHtml({ script, style, source, title, waiting }: PageFiles, language: string, nonce = randomBytes(16).toString('base64')): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source} ${emptyStyle}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${title === undefined ? '' : `<title>${escaped(title)}</title>\n`}<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
<main>${waiting === undefined ? '' : `<p class="muted">${escaped(waiting)}</p>`}</main>
<script nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}
