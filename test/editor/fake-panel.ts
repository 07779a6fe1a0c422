/** A webview panel that the stand-in editor opens: what is posted to its page is kept, and tests speak as the page. */
import { EventEmitter } from 'node:events';
import type { ToPage } from '../../webview/curves/protocol.ts';
import { Uri } from './fake-parts.ts';
import type { Editor } from './fake.ts';

export class FakePanel {
  readonly posted: ToPage[] = [];
  visible = true;
  iconPath: Uri | undefined;
  readonly #events = new EventEmitter();
  readonly webview = {
    html: '', options: {}, cspSource: 'https://webview.test',
    asWebviewUri: (uri: Uri) => `https://webview.test${uri.path}`,
    postMessage: (message: ToPage) => { this.posted.push(message); return Promise.resolve(true); },
    onDidReceiveMessage: (listener: (message: unknown) => void) => void this.#events.on('message', listener),
  };
  constructor(readonly title: string, private readonly tell: (line: string) => void) {}
  onDidChangeViewState = (listener: () => void): void => void this.#events.on('view', listener);
  onDidDispose = (listener: () => void): void => void this.#events.on('dispose', listener);
  reveal(): void { this.tell(`reveals ${this.title}`); }
  dispose(): void { this.tell(`closes ${this.title}`); this.#events.emit('dispose'); }
  /** Says something as the page does. */
  say(message: unknown): void { this.#events.emit('message', message); }
  show(visible: boolean): void { this.visible = visible; this.#events.emit('view'); }
  /** What was posted since the last call. */
  taken(): ToPage[] { return this.posted.splice(0); }
}

export interface Panels {
  readonly panels: FakePanel[];
  readonly written: { readonly path: string; readonly bytes: Uint8Array }[];
  /** What is chosen in the next dialogs for saving. */
  readonly saveAs: (string | undefined)[];
  restore(state: unknown): Promise<FakePanel>;
}

/** Gives a stand-in editor panels, a dialog for saving, and files to write. */
export function withPanels(editor: Editor): Panels {
  const made: FakePanel[] = [];
  const written: { path: string; bytes: Uint8Array }[] = [];
  const { saveAs } = editor;
  const tell = (text: string): void => void editor.transcript.push(text);
  let serializer: { deserializeWebviewPanel(panel: unknown, state: unknown): Promise<void> } | undefined;
  Object.assign(editor.host.api.window, {
    createWebviewPanel: (view: string, title: string) => {
      tell(`opens ${view}: ${title}`);
      made.push(new FakePanel(title, tell));
      return made.at(-1);
    },
    registerWebviewPanelSerializer: (_view: string, given: NonNullable<typeof serializer>) => { serializer = given; return { dispose: () => { serializer = undefined; } }; },
  });
  Object.assign(editor.host.api, { ViewColumn: { Active: -1 } });
  Object.assign(editor.host.api.workspace, {
    fs: { ...editor.host.api.workspace.fs, writeFile: (uri: Uri, bytes: Uint8Array) => {
      if (uri.path.startsWith('/full')) return Promise.reject(new Error('The disk is full'));
      written.push({ path: uri.path, bytes });
      return Promise.resolve();
    } },
  });
  return {
    panels: made, written, saveAs,
    async restore(state) {
      const panel = new FakePanel('restored', tell);
      await serializer?.deserializeWebviewPanel(panel, state);
      return panel;
    },
  };
}
