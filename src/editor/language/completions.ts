/**
 * Completions that the schema cannot know: folders and files of the workspace that can be named, and the values that the
 * presets have. Names, defaults and choices come from the JSON Schema by the editor itself.
 */
import { posix } from 'node:path';
import type * as vscode from 'vscode';
import { presetExperiment, valueAt } from '../../config/defaults.ts';
import type { Json } from '../../config/field-tree.ts';
import { plainNumber } from '../../config/guide.ts';
import { checkpointFiles, isGguf, peftFiles, type FileField } from '../../config/named-files.ts';
import type { Host } from '../host.ts';
import { language } from '../ids.ts';
import { isExperiment, valueAtCursor, type Place } from './place.ts';

/** Files that are offered; more than anyone reads. */
const most = 200;

/** What is named by a file that was found. */
const itself = (path: string): string => path;
const folder = (path: string): string => posix.dirname(path);

/** What is searched for each field, and what of it gets named. */
const searches: Readonly<Record<FileField | 'output.folder', { readonly pattern: string; readonly names: (path: string) => string }>> = {
  'policy.checkpoint': { pattern: `**/{${checkpointFiles.weights},${checkpointFiles.shards},*.gguf}`, names: (path) => (isGguf(path) ? path : folder(path)) },
  'policy.tokenizer': { pattern: '**/tokenizer.json', names: itself },
  'policy.adapter.start': { pattern: `**/${peftFiles.weights}`, names: folder },
  'policy.template': { pattern: '**/*.{jinja,jinja2,j2}', names: itself },
  'rollout.recorded.file': { pattern: '**/{trajectories.jsonl,step_grained_for_ppo*.csv,step_grained_for_ppo*.tsv}', names: itself },
  'output.folder': { pattern: '**/*/*/run.json', names: (path) => folder(folder(folder(path))) },
};

const isSearched = (path: string): path is keyof typeof searches => Object.hasOwn(searches, path);

/** Registers completions of values. */
export function registerCompletions({ api }: Host): vscode.Disposable[] {
  const { t } = api.l10n;

  const item = (document: vscode.TextDocument, { node }: Place, value: Json, detail: string, kind: vscode.CompletionItemKind): vscode.CompletionItem => {
    const text = typeof value === 'number' ? plainNumber(value) : JSON.stringify(value);
    const made = new api.CompletionItem(text, kind);
    made.detail = detail;
    made.insertText = text;
    made.filterText = text;
    made.range = new api.Range(document.positionAt(node.offset), document.positionAt(node.offset + node.length));
    return made;
  };

  const ofPresets = (document: vscode.TextDocument, place: Place): vscode.CompletionItem[] => {
    const { field } = place;
    if (!field || (field.kind !== 'number' && field.kind !== 'flag')) return [];
    const byValue = new Map<string, { value: Json; presets: string[] }>();
    for (const preset of ['paper', 'as-released'] as const) {
      const value = valueAt(presetExperiment(preset), field.path);
      if (value === undefined || value === field.default) continue;
      const same = byValue.get(JSON.stringify(value));
      if (same) same.presets.push(preset);
      else byValue.set(JSON.stringify(value), { value, presets: [preset] });
    }
    return [...byValue.values()].map(({ value, presets }) => item(document, place, value, presets.length === 2 ? t('presets {0} and {1}', ...presets) : t('preset {0}', presets[0]), api.CompletionItemKind.Value));
  };

  const ofFiles = async (document: vscode.TextDocument, place: Place, path: keyof typeof searches, token: vscode.CancellationToken): Promise<vscode.CompletionItem[]> => {
    const { pattern, names } = searches[path];
    const found = await api.workspace.findFiles(pattern, '**/node_modules/**', most, token);
    const below = posix.dirname(document.uri.path);
    const relative = found
      .filter(({ scheme, authority }) => scheme === document.uri.scheme && authority === document.uri.authority)
      .map((uri) => ({ named: posix.relative(below, names(uri.path)), isFile: names(uri.path) === uri.path }))
      .filter(({ named }) => named !== '');
    const details: Readonly<Record<keyof typeof searches, string>> = {
      'policy.checkpoint': t('checkpoint of the workspace'), 'policy.tokenizer': t('tokenizer of the workspace'), 'policy.adapter.start': t('adapter of the workspace'),
      'policy.template': t('template of the workspace'), 'rollout.recorded.file': t('recorded trajectories of the workspace'), 'output.folder': t('folder that holds runs'),
    };
    const kinds = new Map(relative.map(({ named, isFile }) => [named, isFile ? api.CompletionItemKind.File : api.CompletionItemKind.Folder]));
    return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([named, kind]) => item(document, place, named, details[path], kind));
  };

  const provideCompletionItems = async (document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.CompletionItem[]> => {
    const place = isExperiment(document) ? valueAtCursor(document.getText(), document.offsetAt(position)) : undefined;
    if (!place?.field) return [];
    return isSearched(place.path) ? ofFiles(document, place, place.path, token) : ofPresets(document, place);
  };
  return [api.languages.registerCompletionItemProvider(language, { provideCompletionItems }, '"', ':', ' ')];
}
