/** The page `docs/experiment-file.md`, written from the schema. */
import { problemCodes } from './diagnostics.ts';
import { describeField, type Description } from './describe.ts';
import { rootField, type Field, type Section } from './field-tree.ts';
import { bearings } from './guide.ts';

const opening = `# The experiment file

<!-- Written from the schema in src/config by test/config/generated.ts: change that, not this page. -->

An experiment is a file \`<name>.steptool.json\`: JSON in which comments and trailing commas are allowed. Every field has a
default, so that \`{}\` is an experiment, and a file says only what it changes:

\`\`\`jsonc
{
  // what the update runs over: try "monteCarlo"
  "credit": { "mode": "step" },
  "algorithm": { "iterations": 30 },
}
\`\`\`

\`steptool validate <file>\` checks it, \`steptool schema <field>\` explains a field. A name that does not exist, a value out
of range and settings that contradict each other are errors with their line and column: a field is honoured or refused,
never ignored. Under a *preset* some defaults are others, given below where they differ; the file's own fields win.
`;

const problemsOpening = `## Problems

Errors keep an experiment from running, warnings do not. Notes say what is unusual or differs from the preset; only
\`steptool validate\` and editors show them. Editors leave names, types and ranges to the JSON Schema and add quick fixes.
`;

/** The page, as Markdown. */
export function experimentHandbook(): string {
  const sections = sectionsOf(rootField);
  // A heading each, for editors link to them by their code.
  const codes = Object.entries(problemCodes).map(([code, meaning]) => `### ${code}\n\n${meaning}\n`);
  return [opening, ...sections.map(sectionPage), problemsOpening, ...codes].join('\n');
}

const sectionsOf = (field: Field): Section[] =>
  field.kind === 'section' ? [field, ...[...field.fields.values()].flatMap(sectionsOf)] : [];

function sectionPage(section: Section): string {
  const fields = [...section.fields.values()].filter((field) => field.kind !== 'section').flatMap((field) => describeField(field.path) ?? []);
  const title = section.path === '' ? '## Top level' : `## \`${section.path}\`\n\n${section.description}`;
  if (fields.length === 0) return `${title}\n`;
  return `${title}\n\n| field | takes | default | what it does |\n|---|---|---|---|\n${fields.map(row).join('\n')}\n`;
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;
/** A bar inside a cell would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

function row(field: Description): string {
  const presets = field.presets.map(({ preset, value }) => `<br>${preset}: ${code(value)}`).join('');
  const choices = field.choices.map(({ name, meaning }) => `<br>${code(name)}: ${meaning}`).join('');
  const takes = field.choices.length > 0 ? (field.takes.startsWith('a list') ? 'a list of names' : 'a name') : field.takes;
  const name = field.path.split('.').at(-1) ?? field.path;
  const guidance = field.guidance ? `<br>${field.guidance.effect} ${bearings(field.guidance)}` : '';
  return `| \`${name}\` | ${cell(takes)} | ${field.default === undefined ? 'none' : code(field.default)}${presets} | ${cell(field.text + choices + guidance)} |`;
}
