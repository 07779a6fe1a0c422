// The skeleton of a task: which calls feed which, before anybody has a name. Grown from the asked fact towards the query: each
// argument is either said in the query (a literal) or comes from another call (a link), until the wanted number of calls is spent.
import { integer, pick, shuffle } from '../random.ts';
import type { Level } from '../world.ts';
import { apiKey, apis } from './catalog/index.ts';
import type { Api, Field, Input, Unit } from './catalog/spec.ts';
import { linkOf, linksOf, pointless } from './links.ts';

/** Where an argument comes from: `literals[index]` of the shape, or a field of an earlier call's result. */
export type Slot =
  | { readonly kind: 'literal'; readonly index: number }
  | { readonly kind: 'result'; readonly call: number; readonly field: Field };

export interface PlannedCall {
  readonly api: Api;
  /** One for each of `api.takes`. */
  readonly slots: readonly Slot[];
}

/** A fact of a call's result. */
export interface Fact {
  readonly call: number;
  readonly field: Field;
}

export interface Shape {
  /** In an order in which each call comes after those it needs. */
  readonly calls: readonly PlannedCall[];
  /** What the query has to name, each by the input it is first used for. */
  readonly literals: readonly Input[];
  /** One fact, or two. */
  readonly asks: readonly Fact[];
  /** Where both asks start from the same thing, which the second mentions as `that city`. */
  readonly shared?: Slot;
  /** The tool to use for each API, by {@link apiKey}. */
  readonly tools: ReadonlyMap<string, string>;
}

export interface ShapeOptions {
  readonly level: Level;
  /** Calls to plan, 1 to 5. */
  readonly calls: number;
  /** Whether a task of this split may contain exactly these links. */
  readonly allows: (links: readonly string[]) => boolean;
}

type Draw = () => number;

const unitOf = ({ fact }: Field): Unit | undefined => (fact.kind === 'number' || fact.kind === 'formula' ? fact.unit : undefined);

/** Whether a field's values can be passed as this argument. */
export function fits(field: Field, input: Input): boolean {
  switch (input.kind) {
    case 'entity': return field.fact.kind === 'entity' && field.fact.type === input.type;
    case 'year': return unitOf(field) === 'year';
    case 'amount': return input.units.includes(unitOf(field)!);
    case 'option': return false;
  }
}

/** Random parts, each at least 1, that add up to `total`. */
function parts(draw: Draw, total: number, count: number): number[] {
  const result = new Array<number>(count).fill(1);
  for (let i = count; i < total; i++) result[integer(draw, 0, count - 1)]!++;
  return result;
}

/** Grows one shape, or undefined where it got stuck: the caller tries again with further draws. */
function grow(draw: Draw, allowed: readonly Api[], calls: number): Omit<Shape, 'tools'> | undefined {
  const planned: PlannedCall[] = [];
  const literals: Input[] = [];
  const literal = (input: Input): Slot => ({ kind: 'literal', index: literals.push(input) - 1 });

  /** Adds a call of `api` that costs `budget` calls in all; `given` is used for the first input. */
  function call(api: Api, budget: number, given?: Slot): number | undefined {
    const open = api.takes.filter((input, i) => input.kind !== 'option' && !(given && i === 0));
    if (budget - 1 > 0 && open.length === 0) return undefined;
    const count = budget > 1 ? integer(draw, 1, Math.min(open.length, budget - 1)) : 0;
    const linked = shuffle(draw, open).slice(0, count);
    const budgets = parts(draw, budget - 1, count);
    const slots: Slot[] = [];
    let unit: Unit | undefined;
    for (const [i, input] of api.takes.entries()) {
      const share = linked.indexOf(input);
      if (i === 0 && given) slots.push(given);
      else if (share < 0) slots.push(literal(input));
      else {
        const from = fact(budgets[share]!, (field, source) =>
          fits(field, input) && !pointless.has(linkOf(source, field, api, input)) && !(source.category === 'Math' && api.category === 'Math') &&
          (input.kind !== 'amount' || unit === undefined || unit === unitOf(field)));
        if (!from) return undefined;
        unit ??= unitOf(from.field); // two amounts of one call count the same thing: nobody adds minutes to pages
        slots.push({ kind: 'result', ...from });
      }
    }
    return planned.push({ api, slots }) - 1;
  }

  function fact(budget: number, accepts: (field: Field, api: Api) => boolean): Fact | undefined {
    const sources = allowed.filter((api) => api.gives.some((field) => accepts(field, api)));
    if (sources.length === 0) return undefined;
    const api = pick(draw, sources);
    const field = pick(draw, api.gives.filter((each) => accepts(each, api)));
    const at = call(api, budget);
    return at === undefined ? undefined : { call: at, field };
  }

  const anything = (): boolean => true;
  const form = draw();
  if (form < 0.65 || (calls === 1 && form < 0.8)) {
    const ask = fact(calls, anything);
    return ask && { calls: planned, literals, asks: [ask] };
  }
  if (form < 0.75 || calls === 1) {
    const ask = fact(calls, (_, api) => api.gives.length > 1);
    if (!ask) return undefined;
    const asks = shuffle(draw, planned[ask.call]!.api.gives).slice(0, 2).map((field) => ({ call: ask.call, field }));
    return { calls: planned, literals, asks };
  }
  if (form < 0.92) return sharedStart();
  const first = integer(draw, 1, calls - 1);
  const one = fact(first, anything);
  const other = one && fact(calls - first, anything);
  return other && { calls: planned, literals, asks: [one!, other] };

  /** Two facts about one thing: the mayor of a city and the population of that city. */
  function sharedStart(): Omit<Shape, 'tools'> | undefined {
    const api = pick(draw, allowed);
    const about = api.takes[0]!;
    if (about.kind !== 'entity') return undefined;
    const others = allowed.filter((each) => each !== api && each.takes[0]!.kind === 'entity' && each.takes[0]!.type === about.type &&
      each.takes.filter(({ kind }) => kind === 'entity').length === 1);
    if (others.length === 0 || api.takes.filter(({ kind }) => kind === 'entity').length > 1) return undefined;
    const other = pick(draw, others);
    let start: Slot;
    if (calls === 2) start = literal(about);
    else {
      const from = fact(calls - 2, (field, source) => fits(field, about) &&
        [api, other].every((each) => !pointless.has(linkOf(source, field, each, each.takes[0]!))));
      if (!from) return undefined;
      start = { kind: 'result', ...from };
    }
    const asks = [api, other].map((each) => ({ call: call(each, 1, start)!, field: pick(draw, each.gives) }));
    // "the spouse of X, and the birthplace of that person" would leave open which person.
    if (asks[0]!.field.fact.kind === 'entity' && asks[0]!.field.fact.type === about.type) return undefined;
    return { calls: planned, literals, asks, shared: start };
  }
}

const tools = [...new Set(apis.flatMap((api) => api.tools))];
const categories = [...new Set(apis.map((api) => api.category))];

/** APIs of a level: those of one tool, of one category, or all. */
function scope(draw: Draw, level: Level): { readonly allowed: readonly Api[]; readonly tool?: string } {
  switch (level) {
    case 'I1': {
      const tool = pick(draw, tools);
      return { allowed: apis.filter((api) => api.tools.includes(tool)), tool };
    }
    case 'I2': {
      const category = pick(draw, categories);
      return { allowed: apis.filter((api) => api.category === category) };
    }
    case 'I3': return { allowed: apis };
  }
}

/** A shape of the level with that many calls, or undefined: try again, with the same generator. */
export function drawShape(draw: Draw, { level, calls, allows }: ShapeOptions): Shape | undefined {
  const { allowed, tool } = scope(draw, level);
  for (let attempt = 0; attempt < 8; attempt++) {
    const grown = grow(draw, allowed, calls);
    if (!grown || !allows(linksOf(grown))) continue;
    const tools = new Map(grown.calls.map(({ api }) => [apiKey(api), tool ?? pick(draw, api.tools)]));
    if (level === 'I2' && new Set(tools.values()).size < 2) continue;
    if (level === 'I3' && new Set(grown.calls.map(({ api }) => api.category)).size < 2) continue;
    return { ...grown, tools };
  }
  return undefined;
}
