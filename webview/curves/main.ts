/** The curves page's script: connects the page to the editor. */
import '../shared/theme.css';
import './curves.css';
import './page.css';
import { el, fill } from '../shared/dom.ts';
import { registerComponents } from '../shared/ui.ts';
import { curvesPage } from './page.ts';
import type { FromPage, ToPage } from './protocol.ts';
import { parseToPage } from './protocol.ts';
import { speak } from './strings.ts';
import { parseView } from './view.ts';

/** What the editor gives its pages. It may be asked for once. */
declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; getState(): unknown; setState(state: unknown): void };

const editor = acquireVsCodeApi();
const main = document.querySelector('main')!;
registerComponents();

/** A reader of the page has no console open: what went wrong stands in it. */
const problem = (error: unknown): void => fill(main, el('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));

let page: ((message: ToPage) => void) | undefined;
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = parseToPage(event.data);
  if (!message) return;
  try {
    if (message.type !== 'start') return page?.(message);
    speak(message.strings);
    const runs = message.runs.map(({ folder }) => folder);
    const view = parseView(editor.getState());
    editor.setState({ ...view, runs });
    page = curvesPage(main, message.runs, view, { post: (out) => editor.postMessage(out), keep: (state) => editor.setState(state) });
  } catch (error) {
    problem(error);
  }
});
editor.postMessage({ type: 'ready' });
