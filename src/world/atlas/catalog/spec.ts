// The grammar of Atlas: what its APIs take and give, in types that fit into each other. A task is made by putting the result of
// one API where another takes an argument of that type, in the calls and in the sentence alike.
import type { Json } from '../../tool.ts';

export const entityTypes = [
  'city', 'country', 'person', 'company', 'book', 'movie', 'song', 'team', 'dish', 'currency',
] as const;
export type EntityType = (typeof entityTypes)[number];

/** What a number counts. `plain` is the result of arithmetic. */
export type Unit = 'money' | 'year' | 'count' | 'people' | 'minutes' | 'degrees' | 'points' | 'plain';

/** One argument. Entities, years and amounts can come from another call; options come from the query only. */
export type Input =
  | { readonly kind: 'entity'; readonly name: string; readonly type: EntityType }
  | { readonly kind: 'year'; readonly name: string }
  | { readonly kind: 'amount'; readonly name: string; readonly units: readonly Unit[] }
  | {
      readonly kind: 'option'; readonly name: string; readonly type: 'integer' | 'boolean' | 'string';
      /** What a query may ask for. */
      readonly values: readonly Json[];
      /** The value that leaving it out means; undefined makes the option a required parameter. */
      readonly absent?: Json;
      /** How the query says it, with the space before it if it follows a name; `''` for the value it has when left out. */
      readonly say: (value: Json) => string;
    };

/** Looks up a number that another API (`Category/api`) gives, for results that are computed. */
export type Lookup = (api: string, field: string, args: { [key: string]: Json }) => number;

/** How a field's value follows from the arguments. */
export type Fact =
  /** `parent` and `child` make two relations agree: a city's country is the country whose capital may be that city. */
  | { readonly kind: 'entity'; readonly type: EntityType; readonly link: 'any' | 'parent' | 'child' | 'pair' }
  | { readonly kind: 'number'; readonly unit: Unit; readonly from: number; readonly to: number; readonly step: number }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'clock' }
  | { readonly kind: 'date' }
  /** Undefined where there is no result, as for a part of 0. */
  | { readonly kind: 'formula'; readonly unit: Unit; readonly compute: (args: { [key: string]: Json }, lookup: Lookup) => number | undefined };

/** One field of a result, and the ways to ask for it: noun phrases with `{input}` where an input's text goes. */
export interface Field {
  readonly name: string;
  readonly fact: Fact;
  /** Phrases of training tasks. The first is short: thoughts use it. */
  readonly say: readonly string[];
  /** Phrases of the split `phrasings` only. */
  readonly held: readonly string[];
}

/** One API, offered by one tool or by two that each know a part of the entities. */
export interface Api {
  readonly category: string;
  readonly tools: readonly string[];
  readonly api: string;
  readonly about: string;
  readonly takes: readonly Input[];
  readonly gives: readonly Field[];
}

/** An argument that names an entity of the type; called like the type unless told otherwise. */
const entityInput = (type: EntityType) => (name: string = type): Input => ({ kind: 'entity', name, type });
export const city = entityInput('city');
export const country = entityInput('country');
export const person = entityInput('person');
export const company = entityInput('company');
export const book = entityInput('book');
export const movie = entityInput('movie');
export const song = entityInput('song');
export const team = entityInput('team');
export const dish = entityInput('dish');
export const currency = entityInput('currency');
export const year: Input = { kind: 'year', name: 'year' };

/** Facts: an entity of the type, a number from `from` to `to` (ends included) in steps, a price in halves. */
export const some = (type: EntityType, link: 'any' | 'parent' | 'child' | 'pair' = 'any'): Fact => ({ kind: 'entity', type, link });
export const number = (unit: Unit, from: number, to: number, step = 1): Fact => ({ kind: 'number', unit, from, to, step });
export const price = (from: number, to: number): Fact => number('money', from, to, 0.5);

/** A whole number, said as `text` with `#` for the number; required unless leaving it out means `absent`. */
export const counted = (name: string, from: number, to: number, text: string, absent?: number): Input => ({
  kind: 'option', name, type: 'integer', absent, say: (value) => (value === absent ? '' : text.replace('#', String(value))),
  values: Array.from({ length: to - from + 1 }, (_, i) => from + i),
});

/** A switch that the query may turn on, off when left out; a choice is a switch that is always said. */
export const flag = (name: string, on: string): Input =>
  ({ kind: 'option', name, type: 'boolean', values: [true], absent: false, say: (value) => (value === true ? on : '') });
export const choice = (name: string, on: string, off: string): Input =>
  ({ kind: 'option', name, type: 'boolean', values: [true, false], say: (value) => (value === true ? on : off) });

/** The field of a result, with its phrases: five or so for training, two held out. */
export const field = (name: string, fact: Fact, say: readonly string[], held: readonly string[]): Field => ({ name, fact, say, held });

/** APIs of one category, from `[api, tools, about, takes, gives]`. */
export function category(name: string, apis: readonly (readonly [string, string, string, readonly Input[], readonly Field[]])[]): readonly Api[] {
  return apis.map(([api, tools, about, takes, gives]) => ({ category: name, api, tools: tools.split(' '), about, takes, gives }));
}
