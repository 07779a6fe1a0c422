import { schemaCodes, type Diagnostic as Found } from '../../config/diagnostics.ts';
import type * as vscode from 'vscode';
import type { Host } from '../host.ts';
import { displayName, language } from '../ids.ts';
import { problemWords } from '../words-of.ts';
import type { Checks } from './checks.ts';
import { explanation } from './explain.ts';
import { isExperiment } from './place.ts';

/** Milliseconds of quiet after a change before the file is checked again. */
export const quiet = 150;

/**
 * Problems of open experiment files: on opening at once, after changes when typing pauses, gone when the file is closed.
 * Names, types and ranges are told by the editor's own JSON validation, unless that is switched off or the workspace is not trusted.
 */
export function registerDiagnostics({ api, later }: Host, checks: Checks): vscode.Disposable[] {
  const shown = api.languages.createDiagnosticCollection(language);
  const waiting = new Map<string, () => void>();

  const callOff = (document: vscode.TextDocument): void => {
    const key = document.uri.toString();
    waiting.get(key)?.();
    waiting.delete(key);
  };
  const show = (document: vscode.TextDocument): void => {
    // in Restricted Mode the editor validates by no schema
    const schemaIsChecked = api.workspace.isTrusted && api.workspace.getConfiguration('json', document.uri).get('validate.enable') !== false;
    const found = checks.all(document).filter(({ code }) => !schemaIsChecked || !schemaCodes.has(code));
    shown.set(document.uri, found.map((each) => toEditor(each, document)));
  };
  const check = (document: vscode.TextDocument): void => {
    callOff(document);
    if (document.isClosed || !isExperiment(document)) return;
    show(document);
    const text = document.getText();
    void checks.refresh(document).then((isNew) => {
      if (isNew && !document.isClosed && document.getText() === text) show(document);
    });
  };
  const checkSoon = (document: vscode.TextDocument): void => {
    if (!isExperiment(document)) return;
    callOff(document);
    waiting.set(document.uri.toString(), later(quiet, () => check(document)));
  };
  const forget = (document: vscode.TextDocument): void => {
    callOff(document);
    checks.forget(document);
    shown.delete(document.uri);
  };
  const toEditor = ({ severity, code, message, offset, length, related = [] }: Found, document: vscode.TextDocument): vscode.Diagnostic => {
    const rangeOf = (start: number, size: number): vscode.Range => new api.Range(document.positionAt(start), document.positionAt(start + size));
    const diagnostic = new api.Diagnostic(rangeOf(offset, length), problemWords({ code, message }, api.l10n.t), severityOf(severity, code));
    diagnostic.source = displayName;
    diagnostic.code = { value: code, target: explanation(api, code) };
    if (code === 'no-effect') diagnostic.tags = [api.DiagnosticTag.Unnecessary];
    diagnostic.relatedInformation = related.map((other) =>
      new api.DiagnosticRelatedInformation(new api.Location(document.uri, rangeOf(other.offset, other.length)), api.l10n.t('"{0}" is set here', other.path)));
    return diagnostic;
  };
  const severityOf = (severity: Found['severity'], code: Found['code']): vscode.DiagnosticSeverity => {
    switch (severity) {
      case 'error': return api.DiagnosticSeverity.Error;
      case 'warning': return api.DiagnosticSeverity.Warning;
      // overriding a preset is what files are for: a hint is there for who looks, and not in the list of problems
      case 'note': return code === 'preset-overridden' ? api.DiagnosticSeverity.Hint : api.DiagnosticSeverity.Information;
    }
  };

  api.workspace.textDocuments.forEach(check);
  return [
    shown,
    // an editor closes a document and opens it anew when its language is changed
    api.workspace.onDidOpenTextDocument(check),
    api.workspace.onDidChangeTextDocument(({ document }) => checkSoon(document)),
    api.workspace.onDidCloseTextDocument(forget),
    api.workspace.onDidChangeConfiguration((change) => { if (change.affectsConfiguration('json.validate')) api.workspace.textDocuments.forEach(check); }),
    api.workspace.onDidGrantWorkspaceTrust(() => api.workspace.textDocuments.forEach(check)),
    { dispose: () => { for (const cancel of waiting.values()) cancel(); waiting.clear(); } },
  ];
}
