/**
 * Hovers that say what the schema's cannot: the value in force and where it comes from, what the presets have in its
 * place, and what several fields amount to. What a field is, the JSON Schema's own hover says.
 */
import type * as vscode from 'vscode';
import { defaultExperiment, presetExperiment, valueAt } from '../../config/defaults.ts';
import { rangeOf } from '../../config/expected.ts';
import type { Field, Json, Section } from '../../config/field-tree.ts';
import { plainNumber } from '../../config/guide.ts';
import type { Experiment } from '../../config/schema.ts';
import type { Validated } from '../../config/validate.ts';
import type { Host } from '../host.ts';
import { commands, language } from '../ids.ts';
import type { Checks } from './checks.ts';
import { derived, type Translate } from './derived.ts';
import { explanation } from './explain.ts';
import { isExperiment, placeAt } from './place.ts';

const presetNames = ['default', 'paper', 'as-released'] as const;

/** Registers hovers on names and values of experiment files. */
export function registerHovers({ api }: Host, checks: Checks): vscode.Disposable[] {
  const t: Translate = (text, ...values) => api.l10n.t(text, ...values);
  const provideHover = (document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined => {
    if (!isExperiment(document)) return undefined;
    const place = placeAt(document.getText(), document.offsetAt(position));
    if (!place?.field) return undefined; // that there is no such field is told as a problem, with the name that was meant
    const { offset, length } = place.node;
    const lines = about(place.field, checks.of(document), t);
    if (lines.length === 0) return undefined;
    const link = place.path !== '' ? [`[${t('More in the documentation')}](${explanation(api, place.path).toString()})`] : [];
    const text = new api.MarkdownString([...lines, ...link].join('\n\n'));
    text.isTrusted = { enabledCommands: [commands.explain] };
    return new api.Hover(text, new api.Range(document.positionAt(offset), document.positionAt(offset + length)));
  };
  return [api.languages.registerHoverProvider(language, { provideHover })];
}

/** A value in Markdown. Texts come from the file: nothing in them may end the code, or a cell of a table. */
export function code(value: Json | undefined): string {
  const text = value === undefined ? '–' : typeof value === 'number' ? plainNumber(value) : JSON.stringify(value);
  const short = text.length > 60 ? `${text.slice(0, 58)}…` : text;
  return `\`${short.replace(/[`|\r\n]/g, '·')}\``;
}

function about(field: Field, { experiment }: Validated, t: Translate): string[] {
  const sentence = experiment && derived(field.path, experiment, t);
  const parts = field.kind === 'section' ? sectionTable(field, experiment, t) : presetTable(field, experiment, t);
  return [...parts, ...(sentence === undefined ? [] : [sentence])];
}

/** The value under each preset, the one in force marked. */
function presetTable(field: Exclude<Field, Section>, experiment: Experiment | undefined, t: Translate): string[] {
  if (field.path === 'name' || field.path === 'preset' || field.default === undefined) return [];
  const here = experiment && valueAt(experiment, field.path);
  const values = presetNames.map((preset) => valueAt(presetExperiment(preset), field.path));
  const range = field.kind === 'number' ? [t('Range: {0}.', rangeOf(field))] : [];
  const head = [...presetNames.map((name) => `\`${name}\``), ...(here === undefined ? [] : [t('here')])];
  const row = [...values.map(code), ...(here === undefined ? [] : [`**${code(here)}**`])];
  return [`| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n| ${row.join(' | ')} |`, ...range];
}

/** What of a section differs from the defaults, with the rest in short: the values that will run. */
function sectionTable(section: Section, experiment: Experiment | undefined, t: Translate): string[] {
  if (!experiment || section.path === '') return [];
  const fields = [...section.fields.values()].filter(({ kind }) => kind !== 'section');
  const changed = fields.filter(({ path }) => JSON.stringify(valueAt(experiment, path)) !== JSON.stringify(valueAt(defaultExperiment, path)));
  const name = (path: string): string => path.split('.').at(-1) ?? path;
  const rest = fields.filter((field) => !changed.includes(field) && field.default !== undefined);
  return [
    ...(changed.length === 0 ? [] : [`| ${t('differs from the default')} | ${t('default')} | ${t('here')} |\n|---|---|---|\n${changed.map(({ path }) => `| \`${name(path)}\` | ${code(valueAt(defaultExperiment, path))} | **${code(valueAt(experiment, path))}** |`).join('\n')}`]),
    ...(rest.length === 0 ? [] : [t('As by default: {0}.', rest.map(({ path }) => `\`${name(path)}\` ${code(valueAt(experiment, path))}`).join(', '))]),
  ];
}
