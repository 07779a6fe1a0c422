import { nameFromFile, validateExperiment } from '../config/validate.ts';
import type { Diagnostic as Found } from '../config/diagnostics.ts';
import type * as vscode from 'vscode';
import type { Host } from './host.ts';
import { displayName, language } from './ids.ts';

/** Milliseconds of quiet after a change before the file is checked again. */
export const quiet = 250;

/** Problems of open experiment files: on opening at once, after changes when typing pauses, gone when the file is closed. */
export function registerDiagnostics({ api, later }: Host): vscode.Disposable[] {
  const shown = api.languages.createDiagnosticCollection(language);
  const waiting = new Map<string, () => void>();

  const callOff = (document: vscode.TextDocument): void => {
    const key = document.uri.toString();
    waiting.get(key)?.();
    waiting.delete(key);
  };
  const check = (document: vscode.TextDocument): void => {
    callOff(document);
    if (document.isClosed || document.languageId !== language) return;
    const { diagnostics } = validateExperiment(document.getText(), { name: nameFromFile(document.uri.path) });
    shown.set(document.uri, diagnostics.map((found) => toEditor(found, document)));
  };
  const checkSoon = (document: vscode.TextDocument): void => {
    if (document.languageId !== language) return;
    callOff(document);
    waiting.set(document.uri.toString(), later(quiet, () => check(document)));
  };
  const forget = (document: vscode.TextDocument): void => {
    callOff(document);
    shown.delete(document.uri);
  };
  const toEditor = ({ severity, code, message, offset, length }: Found, document: vscode.TextDocument): vscode.Diagnostic => {
    const range = new api.Range(document.positionAt(offset), document.positionAt(offset + length));
    const diagnostic = new api.Diagnostic(range, message, severity === 'error' ? api.DiagnosticSeverity.Error : api.DiagnosticSeverity.Warning);
    diagnostic.source = displayName;
    diagnostic.code = code;
    return diagnostic;
  };

  api.workspace.textDocuments.forEach(check);
  return [
    shown,
    // an editor closes a document and opens it anew when its language is changed
    api.workspace.onDidOpenTextDocument(check),
    api.workspace.onDidChangeTextDocument(({ document }) => checkSoon(document)),
    api.workspace.onDidCloseTextDocument(forget),
    { dispose: () => { for (const cancel of waiting.values()) cancel(); waiting.clear(); } },
  ];
}
