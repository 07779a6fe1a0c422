// What is true in Atlas: the answer of every API to every well-typed call, as a pure function of the world's seed and the
// arguments. Nothing is stored; a fact is hashed when it is asked for.
import { hash, random } from '../random.ts';
import type { Json } from '../tool.ts';
import type { Arguments } from '../arguments.ts';
import { apiKey, apis } from './catalog/index.ts';
import type { Api, EntityType, Field, Input } from './catalog/spec.ts';
import { poolSize } from './names.ts';
import type { Entity, Names } from './names.ts';

export type Answer =
  | { readonly kind: 'found'; readonly response: { [field: string]: Json }; readonly entities: ReadonlyMap<string, Entity> }
  | { readonly kind: 'empty' }
  /** `input` names something the API does not know. */
  | { readonly kind: 'unknown'; readonly input: Extract<Input, { kind: 'entity' }>; readonly name: string };

export interface Facts {
  /** What `tool` answers, or what any tool of the API would if `tool` is undefined. Arguments must be well typed (see arguments.ts). */
  ask(api: Api, args: Arguments, tool?: string): Answer;
  /** Whether a tool has data for these arguments. */
  covers(api: Api, tool: string, args: Arguments): boolean;
  /** One text for all ways to write the same arguments: order, defaults, case of names, order of summands. */
  canonical(api: Api, args: Arguments): string;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const commutes = new Set(['Math/add', 'Math/gap', 'Math/mean']);
const byKey = new Map(apis.map((api) => [apiKey(api), api] as const));

const childOf: Partial<Record<EntityType, EntityType>> = { country: 'city', person: 'book' };

/** The entity a fact points to, in the pool of the entity it starts from. */
function target(names: Names, from: Entity, type: EntityType, link: 'any' | 'parent' | 'child' | 'pair', draw: () => number): Entity {
  const size = poolSize(type, from.pool);
  switch (link) {
    case 'any': return names.entity(type, from.pool, Math.floor(draw() * size));
    case 'pair': return names.entity(type, from.pool, from.index ^ 1);
    case 'parent': return names.entity(type, from.pool, Math.floor(from.index / (poolSize(childOf[type]!, from.pool) / size)));
    case 'child': {
      const children = size / poolSize(from.type, from.pool);
      return names.entity(type, from.pool, from.index * children + Math.floor(draw() * children));
    }
  }
}

/** The facts of the world of this seed. */
export function createFacts(seed: number, names: Names): Facts {
  const argument = (input: Input, args: Arguments): Json => {
    const given = args[input.name];
    if (given === undefined) return input.kind === 'option' && input.absent !== undefined ? input.absent : null;
    if (input.kind !== 'entity') return given;
    return names.find(input.type, String(given))?.name ?? String(given);
  };

  function canonical(api: Api, args: Arguments): string {
    const values = api.takes.map((input) => argument(input, args));
    if (commutes.has(apiKey(api))) values.sort((a, b) => Number(a) - Number(b));
    return JSON.stringify(values);
  }

  // Coverage depends on the first argument alone, as a real provider knows a city or does not: a third only the first tool,
  // a third only the second, a third both.
  function covers(api: Api, tool: string, args: Arguments): boolean {
    if (api.tools.length < 2) return true;
    const third = hash(seed, 'coverage', apiKey(api), String(argument(api.takes[0]!, args))) % 3;
    return third === 2 || api.tools[third] === tool;
  }

  const lookup = (api: string, field: string, args: Arguments): number => {
    const answer = ask(byKey.get(api)!, args);
    return answer.kind === 'found' ? Number(answer.response[field]) : Number.NaN;
  };

  function value(field: Field, api: Api, args: Arguments, key: string, from: Entity | undefined): Json | Entity | undefined {
    const draw = random(seed, 'fact', apiKey(api), field.name, key);
    const { fact } = field;
    switch (fact.kind) {
      case 'entity': return target(names, from!, fact.type, fact.link, draw);
      case 'number': {
        const steps = Math.round((fact.to - fact.from) / fact.step);
        return Math.round((fact.from + Math.floor(draw() * (steps + 1)) * fact.step) * 10) / 10;
      }
      case 'word': return fact.words[Math.floor(draw() * fact.words.length)]!;
      case 'clock': return `0${4 + Math.floor(draw() * 5)}:${String(Math.floor(draw() * 60)).padStart(2, '0')}`;
      case 'date': return `${1 + Math.floor(draw() * 28)} ${months[Math.floor(draw() * 12)]!}`;
      case 'formula': return fact.compute(args, lookup);
    }
  }

  function ask(api: Api, args: Arguments, tool?: string): Answer {
    let from: Entity | undefined;
    for (const input of api.takes) {
      if (input.kind !== 'entity') continue;
      const name = String(args[input.name]);
      const entity = names.find(input.type, name);
      if (!entity) return { kind: 'unknown', input, name };
      from ??= entity;
    }
    if (tool !== undefined && !covers(api, tool, args)) return { kind: 'empty' };
    const key = canonical(api, args);
    const response: { [field: string]: Json } = {};
    const entities = new Map<string, Entity>();
    for (const field of api.gives) {
      const result = value(field, api, args, key, from);
      if (result === undefined) return { kind: 'empty' };
      if (typeof result === 'object' && result !== null && 'pool' in result) {
        entities.set(field.name, result as Entity);
        response[field.name] = (result as Entity).name;
      } else response[field.name] = result as Json;
    }
    return { kind: 'found', response, entities };
  }

  return { ask, covers, canonical };
}
