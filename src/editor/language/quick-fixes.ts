import type * as vscode from 'vscode';
import type { Diagnostic as Found, Fix, ProblemCode } from '../../config/diagnostics.ts';
import type { Host } from '../host.ts';
import { displayName, language } from '../ids.ts';
import { changeWords } from '../words-of.ts';
import type { Checks } from './checks.ts';

/** Problems whose fix can only be what was meant, or changes nothing that would run: these the editor may apply unasked. */
const safe: ReadonlySet<ProblemCode> = new Set(['unknown-key', 'unknown-value', 'wrong-type', 'no-effect']);

type Fixable = Found & { readonly fix: Fix };
const isFixable = (found: Found): found is Fixable => found.fix !== undefined;

/** Registers a fix for each problem that has one, and "fix all" for those that are safe. The edits are made by the rules themselves. */
export function registerQuickFixes({ api }: Host, checks: Checks): vscode.Disposable[] {
  const { QuickFix, SourceFixAll } = api.CodeActionKind;
  const fixAll = SourceFixAll.append('steptool');

  const rangeOf = (document: vscode.TextDocument, { offset, length }: { readonly offset: number; readonly length: number }): vscode.Range =>
    new api.Range(document.positionAt(offset), document.positionAt(offset + length));

  const quickFix = (document: vscode.TextDocument, found: Fixable, context: vscode.CodeActionContext): vscode.CodeAction => {
    const action = new api.CodeAction(titleOf(found), QuickFix);
    action.edit = new api.WorkspaceEdit();
    action.edit.replace(document.uri, rangeOf(document, found.fix), found.fix.text);
    // also those that the JSON validation tells at this place: the fix is theirs too
    const range = rangeOf(document, found);
    action.diagnostics = context.diagnostics.filter((other) => other.range.isEqual(range) && (other.source !== displayName || codeOf(other) === found.code));
    action.isPreferred = safe.has(found.code);
    return action;
  };
  const titleOf = ({ code, fix: { change } }: Fixable): string => (code === 'preset-overridden' ? api.l10n.t('{0}: back to the preset', changeWords(change, api.l10n.t)) : changeWords(change, api.l10n.t));

  const all = (document: vscode.TextDocument, found: readonly Fixable[]): vscode.CodeAction[] => {
    const chosen = apart(found.filter(({ code }) => safe.has(code)));
    if (chosen.length === 0) return [];
    const action = new api.CodeAction(api.l10n.t('Fix what StepTool can fix safely'), fixAll);
    action.edit = new api.WorkspaceEdit();
    for (const { fix } of chosen) action.edit.replace(document.uri, rangeOf(document, fix), fix.text);
    return [action];
  };

  const provideCodeActions = (document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] => {
    const fixable = checks.all(document).filter(isFixable);
    if (context.only && fixAll.contains(context.only)) return all(document, fixable);
    if (context.only?.contains(fixAll)) return all(document, fixable);
    if (context.only && !context.only.contains(QuickFix)) return [];
    return fixable.filter((found) => rangeOf(document, found).intersection(range)).map((found) => quickFix(document, found, context));
  };
  return [api.languages.registerCodeActionsProvider(language, { provideCodeActions }, { providedCodeActionKinds: [QuickFix, fixAll] })];
}

const codeOf = ({ code }: vscode.Diagnostic): string => String(typeof code === 'object' ? code.value : code);

/** Fixes that do not overlap, so that all can be made in one go; the rest come with the next. */
function apart(found: readonly Fixable[]): Fixable[] {
  const chosen: Fixable[] = [];
  for (const each of [...found].sort((a, b) => a.fix.offset - b.fix.offset)) {
    const last = chosen.at(-1)?.fix;
    if (!last || last.offset + last.length < each.fix.offset) chosen.push(each);
  }
  return chosen;
}
