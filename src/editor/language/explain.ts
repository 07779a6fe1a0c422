/** The documentation of fields and problems, opened at the place that a link names. */
import { dirname, join } from 'node:path';
import type * as vscode from 'vscode';
import { problemCodes } from '../../config/diagnostics.ts';
import { fieldAt } from '../../config/field-tree.ts';
import type { Host } from '../host.ts';
import { commands } from '../ids.ts';

/** A link that opens what is said of a problem's code, or of the section that a field's path lies in. */
export function explanation(api: Pick<Host['api'], 'Uri'>, topic: string): vscode.Uri {
  return api.Uri.parse(`command:${commands.explain}?${encodeURIComponent(JSON.stringify([topic]))}`);
}

/** Registers the command behind such links. */
export function registerExplain({ api, commandLine }: Host): vscode.Disposable[] {
  return [
    api.commands.registerCommand(commands.explain, async (topic?: unknown) => {
      const page = api.Uri.file(join(dirname(commandLine), '..', 'docs', 'experiment-file.md')).with({ fragment: anchorOf(topic) });
      await api.commands.executeCommand('markdown.showPreview', page);
    }),
  ];
}

/** The heading of a topic; empty, the top of the page, for anything that is none: links may come from anywhere. */
function anchorOf(topic: unknown): string {
  if (typeof topic !== 'string') return '';
  if (Object.hasOwn(problemCodes, topic)) return topic;
  const field = fieldAt(topic);
  if (!field || topic === '') return '';
  const section = field.kind === 'section' ? topic : topic.split('.').slice(0, -1).join('.');
  return section === '' ? 'top-level' : section.replaceAll('.', '').toLowerCase(); // as headings are turned into anchors
}
