/** The frame of the page: its policy, its script, its style. All else is drawn by the script. */
import { createHash, randomBytes } from 'node:crypto';

/** The component library adds an empty style sheet to find out whether `:focus-visible` is known. */
const emptyStyle = `'sha256-${createHash('sha256').update('').digest('base64')}'`;

/** What the page loads, as addresses that a webview may load, and the source that its policy must name. */
export interface Parts {
  readonly script: string;
  readonly style: string;
  readonly source: string;
  readonly title: string;
  /** What stands there until the script is loaded and has something to draw. */
  readonly waiting?: string;
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** The page, with a fresh nonce: only its own script runs, and nothing is fetched but script and style. */
export function pageHtml({ script, style, source, title, waiting = '' }: Parts): string {
  const nonce = randomBytes(18).toString('base64');
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source} ${emptyStyle}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${escape(style)}">
</head>
<body>
<main><p class="muted">${escape(waiting)}</p></main>
<script nonce="${nonce}" src="${escape(script)}"></script>
</body>
</html>
`;
}
