/** What the stand-in editor needs for pages: custom editors, their panels, file watchers. A panel's transcript is what was posted to it. */
import type * as vscode from 'vscode';
import type { Uri } from './fake-parts.ts';
import type { Editor } from './fake.ts';

/** A webview panel whose page is the test. */
export class FakePanel {
  readonly posted: { readonly type: string; readonly [field: string]: unknown }[] = [];
  visible = true;
  private heard: (message: unknown) => void = () => {};
  private disposed: () => void = () => {};
  private changed: () => void = () => {};
  readonly webview = {
    options: {}, html: '', cspSource: 'page:',
    asWebviewUri: (uri: Uri) => `page:${uri.path}`,
    postMessage: (message: { type: string }) => { this.posted.push(message); return Promise.resolve(true); },
    onDidReceiveMessage: (heard: (message: unknown) => void) => { this.heard = heard; return { dispose: () => {} }; },
  };
  onDidDispose = (disposed: () => void): vscode.Disposable => { this.disposed = disposed; return { dispose: () => {} }; };
  onDidChangeViewState = (changed: () => void): vscode.Disposable => { this.changed = changed; return { dispose: () => {} }; };

  /** The page posts. */
  say(message: unknown): void {
    this.heard(message);
  }
  /** The user switches to another tab, or back. */
  show(visible: boolean): void {
    this.visible = visible;
    this.changed();
  }
  close(): void {
    this.disposed();
  }
}

export interface Pages {
  readonly panels: FakePanel[];
  /** Tells all watchers that something changed on the disk. */
  touch(): void;
  /** Watchers that are not disposed. */
  watchers(): number;
}

/** Gives an editor what pages use. Opening with a custom editor makes a panel, or finds the one that is open. */
export function withPages(editor: Editor): Pages {
  const panels: FakePanel[] = [];
  const open = new Map<string, FakePanel>();
  const watchers = new Set<() => void>();
  let provider: vscode.CustomReadonlyEditorProvider | undefined;
  const { commands } = editor.host.api;
  const execute = commands.executeCommand.bind(commands);
  Object.assign(editor.host.api, {
    commands: {
      registerCommand: commands.registerCommand.bind(commands),
      executeCommand: async (id: string, ...args: unknown[]) => {
        const result = await execute(id, ...args);
        if (id !== 'vscode.openWith' || !provider || args[1] === 'default') return result;
        const uri = args[0] as Uri;
        if (open.has(uri.toString())) return;
        const panel = new FakePanel();
        panels.push(panel);
        open.set(uri.toString(), panel);
        await provider.resolveCustomEditor({ uri, dispose: () => {} } as unknown as vscode.CustomDocument, panel as unknown as vscode.WebviewPanel, {} as vscode.CancellationToken);
      },
    },
  });
  Object.assign(editor.host.api.env, { language: 'en', clipboard: { writeText: (text: string) => { editor.transcript.push(`copies ${text.length} characters`); return Promise.resolve(); } } });
  Object.assign(editor.host.api.window, { registerCustomEditorProvider: (_: string, given: vscode.CustomReadonlyEditorProvider) => { provider = given; return { dispose: () => { provider = undefined; } }; } });
  Object.assign(editor.host.api.workspace, {
    createFileSystemWatcher: () => {
      let hear = (): void => {};
      const call = (): void => hear();
      watchers.add(call);
      return { onDidChange: (listener: () => void) => { hear = listener; return { dispose: () => {} }; }, onDidCreate: () => ({ dispose: () => {} }), onDidDelete: () => ({ dispose: () => {} }), dispose: () => void watchers.delete(call) };
    },
  });
  return { panels, touch: () => { for (const hear of watchers) hear(); }, watchers: () => watchers.size };
}
