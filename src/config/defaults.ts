/** Experiments as layers: the schema's defaults, over them a preset, over that the file. */
import { rootField, type Field, type Json } from './field-tree.ts';
import { presets } from './presets.ts';
import type { Experiment } from './schema.ts';

type JsonObject = { readonly [key: string]: Json };

/** An experiment of which anything may be missing. */
export type PartialExperiment = Sparse<Experiment>;
type Sparse<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [Key in keyof T]?: Sparse<T[Key]> } : T;

/** The value of a field when nothing is said; undefined where leaving it out is the value. */
export function defaultOf(field: Field): Json | undefined {
  if (field.kind !== 'section') return field.default;
  const entries = [...field.fields].map(([name, inner]) => [name, defaultOf(inner)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `over` on top of `under`: objects are merged, everything else, lists included, is replaced. */
export function layer(under: Json, over: Json): Json {
  if (!isObject(under) || !isObject(over)) return over;
  const merged: Record<string, Json> = { ...under };
  for (const [name, value] of Object.entries(over)) merged[name] = Object.hasOwn(under, name) ? layer(under[name], value) : value;
  return merged;
}

/** The experiment of an empty file with the given preset. */
export const presetExperiment = (preset: Experiment['preset']): Experiment =>
  layer(layer(defaultOf(rootField) ?? {}, presets[preset] as Json), { preset }) as unknown as Experiment;

/** The experiment of an empty file. */
export const defaultExperiment: Experiment = presetExperiment('default');

/** The value at a path such as `credit.gamma` of an experiment, or undefined. */
export function valueAt(experiment: Experiment, path: string): Json | undefined {
  let value: Json | undefined = experiment as unknown as Json;
  for (const name of path.split('.')) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}
