/** What a field is, in words: for hovers, `steptool schema` and the handbook. */
import { presetExperiment, valueAt } from './defaults.ts';
import { expectedOf } from './expected.ts';
import { fieldAt, rootField, type Choice, type Field, type Json } from './field-tree.ts';
import { bearings, guidanceOf, type Guidance } from './guide.ts';

export interface Description {
  /** As `algorithm.kl.place`; empty for the experiment itself. */
  readonly path: string;
  readonly text: string;
  /** How to choose it; absent where there is nothing to choose. */
  readonly guidance?: Guidance;
  /** What it takes, as `a number, 0 to 1`. */
  readonly takes: string;
  /** Absent for sections, and for fields whose absence is a value. */
  readonly default?: Json;
  /** Values of the presets that differ from the default. */
  readonly presets: readonly { readonly preset: 'paper' | 'as-released'; readonly value: Json }[];
  /** Names it can hold, and what they mean. */
  readonly choices: readonly Choice[];
  /** Paths of the fields of a section. */
  readonly fields: readonly string[];
}

/** Describes the field at a path such as `credit.gamma`, or the whole experiment for an empty path; undefined where there is none. */
export function describeField(path: string): Description | undefined {
  const field = fieldAt(path);
  return field && describe(field);
}

function describe(field: Field): Description {
  const isSection = field.kind === 'section';
  return {
    path: field.path,
    text: field.description,
    guidance: guidanceOf(field.path),
    takes: expectedOf(field),
    default: isSection ? undefined : field.default,
    presets: isSection || field.path === 'preset' ? [] : presetValues(field),
    choices: field.kind === 'choice' || field.kind === 'list' ? field.choices : [],
    fields: isSection ? [...field.fields.values()].map((inner) => inner.path) : [],
  };
}

function presetValues(field: Field): Description['presets'] {
  return (['paper', 'as-released'] as const).flatMap((preset) => {
    const value = valueAt(presetExperiment(preset), field.path);
    return value === undefined || JSON.stringify(value) === JSON.stringify(field.default) ? [] : [{ preset, value }];
  });
}

/** The description of a field as Markdown, for a hover or a terminal; undefined where there is no field. */
export function describeAsMarkdown(path: string): string | undefined {
  const field = describeField(path);
  if (!field) return undefined;
  const lines = [`**${path === '' ? 'experiment' : path}**`, '', field.text];
  if (field.fields.length > 0) {
    lines.push('', ...field.fields.map((inner) => `- \`${inner.split('.').at(-1)}\`: ${fieldAt(inner)?.description ?? ''}`));
  } else {
    lines.push('', `Takes ${field.takes}.${field.default === undefined ? '' : ` Default: \`${JSON.stringify(field.default)}\`.`}`);
    if (field.guidance) lines.push('', field.guidance.effect, '', bearings(field.guidance));
    if (field.presets.length > 0) lines.push('', `Presets: ${field.presets.map(({ preset, value }) => `\`${preset}\` ${JSON.stringify(value)}`).join(', ')}.`);
    if (field.choices.length > 0) lines.push('', ...field.choices.map(({ name, meaning }) => `- \`"${name}"\`: ${meaning}`));
  }
  return lines.join('\n');
}

/** Paths of all fields that hold a value, in the order of the schema. */
export function valuePaths(field: Field = rootField): string[] {
  return field.kind === 'section' ? [...field.fields.values()].flatMap(valuePaths) : [field.path];
}
