/**
 * The schema as a tree of a few kinds of field. What reads the schema (validation, defaults, descriptions, the handbook)
 * reads this tree with exhaustive switches, and never the keywords of JSON Schema.
 */
import type { TSchema } from '@sinclair/typebox';
import { experimentSchema } from './schema.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One name that a field may hold, and what it means. */
export interface Choice {
  readonly name: string;
  readonly meaning: string;
}

interface Common {
  /** Where the field lives, as `algorithm.kl.place`; empty for the root. */
  readonly path: string;
  readonly description: string;
  /** Absent only where leaving the field out is itself a value. */
  readonly default?: Json;
}

export interface Section extends Common {
  readonly kind: 'section';
  readonly fields: ReadonlyMap<string, Field>;
}
export interface NumberField extends Common {
  readonly kind: 'number';
  readonly whole: boolean;
  readonly orNull: boolean;
  readonly minimum: number;
  /** Whether `minimum` itself is refused. */
  readonly aboveMinimum: boolean;
  readonly maximum: number;
}
export interface FlagField extends Common {
  readonly kind: 'flag';
}
export interface TextField extends Common {
  readonly kind: 'text';
  readonly orNull: boolean;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern?: string;
}
export interface ChoiceField extends Common {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
}
export interface ListField extends Common {
  readonly kind: 'list';
  readonly choices: readonly Choice[];
}
export type Field = Section | NumberField | FlagField | TextField | ChoiceField | ListField;

/** `parent.name`, or `name` at the root. */
export const joinPath = (parent: string, name: string): string => (parent === '' ? name : `${parent}.${name}`);

const choicesOf = (schema: TSchema): Choice[] =>
  (schema['enum'] as string[]).map((name, index) => ({ name, meaning: (schema['enumDescriptions'] as string[])[index] }));

/** Reads a schema as a field. Throws for a keyword that no field kind has: a mistake in the schema, never in a file. */
export function fieldOf(schema: TSchema, path: string): Field {
  const common: Common = { path, description: schema.description ?? '', default: schema.default as Json | undefined };
  if (schema['enum']) return { ...common, kind: 'choice', choices: choicesOf(schema) };
  const type: unknown = schema['type'];
  const orNull = Array.isArray(type) && type.includes('null');
  switch (orNull ? (type as string[])[0] : type) {
    case 'object': {
      const properties = Object.entries(schema['properties'] as Record<string, TSchema>);
      return { ...common, kind: 'section', fields: new Map(properties.map(([name, inner]) => [name, fieldOf(inner, joinPath(path, name))])) };
    }
    case 'integer':
    case 'number': {
      const above: unknown = schema['exclusiveMinimum'];
      return {
        ...common,
        kind: 'number',
        whole: type === 'integer',
        orNull,
        minimum: (above ?? schema['minimum']) as number,
        aboveMinimum: above !== undefined,
        maximum: schema['maximum'] as number,
      };
    }
    case 'boolean':
      return { ...common, kind: 'flag' };
    case 'string':
      return {
        ...common,
        kind: 'text',
        orNull,
        minLength: (schema['minLength'] as number | undefined) ?? 0,
        maxLength: (schema['maxLength'] as number | undefined) ?? 4096,
        pattern: schema['pattern'] as string | undefined,
      };
    case 'array':
      return { ...common, kind: 'list', choices: choicesOf(schema['items'] as TSchema) };
    default:
      throw new Error(`The schema of "${path}" has a type that no field kind reads: ${JSON.stringify(type)}. Add a kind to field-tree.ts.`);
  }
}

/** The whole experiment. */
export const rootField = fieldOf(experimentSchema, '') as Section;

/** The field at a path such as `credit.gamma`; the root for an empty path; undefined where there is none. */
export function fieldAt(path: string): Field | undefined {
  let field: Field | undefined = rootField;
  for (const name of path === '' ? [] : path.split('.')) field = field?.kind === 'section' ? field.fields.get(name) : undefined;
  return field;
}

/** A field and everything below it, parents first. */
export function fieldsBelow(field: Field): Field[] {
  return field.kind === 'section' ? [field, ...[...field.fields.values()].flatMap(fieldsBelow)] : [field];
}
