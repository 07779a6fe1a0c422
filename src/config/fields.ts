/**
 * The few kinds of field an experiment file is made of. Each takes its documentation first, because the schema is the
 * only place where a field is described: types, defaults, hovers, the JSON Schema and the handbook all come from it.
 */
// By name and not as `Type`, which would bring the whole library into the editor's bundle: it is read whenever the extension wakes.
import { Boolean as BooleanType, Integer, Number as NumberType, Object as ObjectType, String as StringType, Unsafe, type TProperties } from '@sinclair/typebox';

/** A group of fields. It may be left out of the file, and so may each of its fields. */
export const section = <Fields extends TProperties>(description: string, fields: Fields) =>
  ObjectType(fields, { description, default: {}, additionalProperties: false });

/** A whole number between `minimum` and `maximum`, both included. */
export const integer = (description: string, fallback: number, minimum: number, maximum: number) =>
  Integer({ description, default: fallback, minimum, maximum });

/** A number between `minimum` and `maximum`, both included. */
export const number = (description: string, fallback: number, minimum: number, maximum: number) =>
  NumberType({ description, default: fallback, minimum, maximum });

/** A number above zero, up to `maximum`. */
export const positive = (description: string, fallback: number, maximum: number) =>
  NumberType({ description, default: fallback, exclusiveMinimum: 0, maximum });

/** A number above zero, up to `maximum`, or null. */
export const positiveOrNull = (description: string, fallback: number | null, maximum: number) =>
  Unsafe<number | null>({ type: ['number', 'null'], description, default: fallback, exclusiveMinimum: 0, maximum });

/** True or false. */
export const flag = (description: string, fallback: boolean) => BooleanType({ description, default: fallback });

/** One of a few names; `values` says what each means. */
export const choice = <const Values extends Readonly<Record<string, string>>>(
  description: string,
  fallback: keyof Values & string,
  values: Values,
) =>
  Unsafe<keyof Values & string>({
    type: 'string',
    enum: Object.keys(values),
    enumDescriptions: Object.values(values),
    description,
    default: fallback,
  });

/** A list of different names out of a few, never empty; without a `fallback` all of them, in the order given. */
export const choices = <const Values extends Readonly<Record<string, string>>>(
  description: string,
  values: Values,
  fallback: readonly (keyof Values & string)[] = Object.keys(values),
) =>
  Unsafe<(keyof Values & string)[]>({
    type: 'array',
    items: { type: 'string', enum: Object.keys(values), enumDescriptions: Object.values(values) },
    minItems: 1,
    uniqueItems: true,
    description,
    default: fallback,
  });

/** A text of at least one character. */
export const text = (description: string, fallback: string) =>
  StringType({ description, default: fallback, minLength: 1 });

/** A text of at least one character, or null. */
export const textOrNull = (description: string, fallback: string | null) =>
  Unsafe<string | null>({ type: ['string', 'null'], description, default: fallback, minLength: 1 });
