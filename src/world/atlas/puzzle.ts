// A task with what only the world knows: its plan, the right arguments of every call and the values asked for.
import type { Arguments } from '../arguments.ts';
import { integer, pick, random, shuffle } from '../random.ts';
import type { Json } from '../tool.ts';
import type { Level, Task } from '../world.ts';
import { apiKey, offers } from './catalog/index.ts';
import type { Offer } from './catalog/index.ts';
import type { Input } from './catalog/spec.ts';
import type { Facts } from './facts.ts';
import { isHeldLink } from './links.ts';
import { poolSize } from './names.ts';
import type { Entity, Names, Pool } from './names.ts';
import { phrase } from './phrasing.ts';
import { drawShape } from './shape.ts';
import type { Shape } from './shape.ts';

export const splits = ['train', 'phrasings', 'entities', 'combinations'] as const;
export type Split = (typeof splits)[number];

/** Most calls a task may take without `Finish`, counting the call of a tool that turns out to have nothing. */
export const mostCalls = 5;

/** A call with everything known. */
export interface ResolvedCall {
  readonly args: Arguments;
  readonly response: { [field: string]: Json };
}

export interface Puzzle {
  readonly task: Task;
  readonly shape: Shape;
  /** Entities that the query or a needed result names. */
  readonly entities: readonly Entity[];
  /** For each call of the shape. */
  readonly resolved: readonly ResolvedCall[];
  /** Tools that offer each call's API, in the order in which the oracle tries them. */
  readonly candidates: readonly (readonly Offer[])[];
  /** The asked values. */
  readonly values: readonly Json[];
  /** Calls of the oracle, empty results included, `Finish` and transient errors not. */
  readonly calls: number;
}

export interface PuzzleOptions {
  readonly seed: number;
  readonly levels: readonly Level[];
  readonly distractors: number;
}

type Draw = () => number;

/** A shape with its names: a puzzle that has not been put in words. */
interface Named extends Omit<Puzzle, 'task'> {
  readonly listed: readonly Offer[];
  readonly literals: readonly Json[];
}

/** How many calls a level's tasks plan: shares of 1, 2, … calls. */
const callShares: Record<Level, readonly number[]> = {
  I1: [0.5, 0.35, 0.15],
  I2: [0, 0.6, 0.3, 0.1],
  I3: [0, 0.5, 0.28, 0.15, 0.07],
};

function drawCalls(draw: Draw, level: Level, atLeast: number): number {
  for (;;) {
    let rest = draw();
    const calls = callShares[level].findIndex((share) => (rest -= share) < 0) + 1;
    if (calls >= atLeast) return calls;
  }
}

/** Both tools of an API are listed this often where the level has room for two tools. */
const twinShare = 0.5;

/**
 * Makes puzzles: number `index` of a split is a pure function of the options, whatever was made before. About 3,000 a second.
 * Throws Error if a world of few levels has no task of the wanted kind, which 25 seeds of each level did not show.
 */
export function createPuzzles(options: PuzzleOptions, names: Names, facts: Facts): (split: Split, index: number) => Puzzle {
  const { seed, levels, distractors } = options;

  /** Levels come in equal shares: each block of as many tasks as there are levels has every level once, in random order. */
  function levelOf(split: Split, index: number): Level {
    const block = Math.floor(index / levels.length);
    return shuffle(random(seed, 'levels', split, block), levels)[index % levels.length]!;
  }

  function literal(draw: Draw, input: Input, pool: Pool): Json | Entity {
    switch (input.kind) {
      case 'entity': return names.entity(input.type, pool, integer(draw, 0, poolSize(input.type, pool) - 1));
      case 'year': return integer(draw, 1950, 2020);
      case 'amount': return integer(draw, 4, 400) / 2;
      case 'option': return input.absent !== undefined && draw() < 0.5 ? input.absent : pick(draw, input.values);
    }
  }

  /** Names everything in a shape; undefined if the names drawn make no good question. */
  function fill(draw: Draw, shape: Shape, level: Level, pool: Pool): Named | undefined {
    const entities: Entity[] = [];
    const literals = shape.literals.map((input) => {
      const value = literal(draw, input, pool);
      if (typeof value !== 'object' || value === null || !('pool' in value)) return value as Json;
      entities.push(value as Entity);
      return (value as Entity).name;
    });
    const used = new Set(shape.asks.map(({ call, field }) => `${call}.${field.name}`));
    for (const { slots } of shape.calls) {
      for (const slot of slots) if (slot.kind === 'result') used.add(`${slot.call}.${slot.field.name}`);
    }
    const resolved: ResolvedCall[] = [];
    for (const [at, { api, slots }] of shape.calls.entries()) {
      const args: Arguments = {};
      for (const [i, input] of api.takes.entries()) {
        const slot = slots[i]!;
        const value = slot.kind === 'literal' ? literals[slot.index]! : resolved[slot.call]!.response[slot.field.name]!;
        if (!(input.kind === 'option' && value === input.absent)) args[input.name] = value;
      }
      const answer = facts.ask(api, args);
      if (answer.kind !== 'found') return undefined;
      resolved.push({ args, response: answer.response });
      for (const [field, entity] of answer.entities) if (used.has(`${at}.${field}`)) entities.push(entity);
    }
    // Otherwise the question would contain its answer, or run in a circle.
    if (new Set(entities).size < entities.length) return undefined;
    const asks = new Set(shape.calls.map(({ api }, at) => apiKey(api) + facts.canonical(api, resolved[at]!.args)));
    if (asks.size < shape.calls.length) return undefined;

    const needed = new Set<Offer>();
    for (const api of new Set(shape.calls.map((call) => call.api))) {
      const both = level !== 'I1' && api.tools.length > 1 && draw() < twinShare;
      const tool = shape.tools.get(apiKey(api))!;
      for (const offer of offers) if (offer.api === api && (both || offer.tool.tool === tool)) needed.add(offer);
    }
    const listed = list(draw, needed);
    const candidates = shape.calls.map(({ api }) => listed.filter((offer) => offer.api === api));
    let calls = 0;
    for (const [at, { api }] of shape.calls.entries()) {
      const hit = candidates[at]!.findIndex(({ tool }) => facts.covers(api, tool.tool, resolved[at]!.args));
      if (hit < 0) return undefined;
      calls += hit + 1;
    }
    if (calls > mostCalls) return undefined;
    const values = shape.asks.map(({ call, field }) => resolved[call]!.response[field.name]!);
    return { shape, entities, resolved, listed, candidates, values, calls, literals };
  }

  /** The needed tools with others mixed in: half of them look alike (same category or API name), none can do what is needed. */
  function list(draw: Draw, needed: ReadonlySet<Offer>): Offer[] {
    const useful = new Set([...needed].map(({ api }) => api));
    const alike = ({ api }: Offer): boolean => [...useful].some((other) => other.category === api.category || other.api === api.api);
    const others = shuffle(draw, offers.filter(({ api }) => !useful.has(api)));
    const near = others.filter(alike).slice(0, Math.ceil(distractors / 2));
    const far = others.filter((offer) => !near.includes(offer)).slice(0, distractors - near.length);
    return shuffle(draw, [...needed, ...near, ...far]);
  }

  return (split, index) => {
    const draw = random(seed, 'task', split, index);
    const level = levelOf(split, index);
    const pool: Pool = split === 'entities' ? 'held' : 'train';
    const holdsOut = split === 'combinations';
    const allows = (links: readonly string[]): boolean => links.some((link) => isHeldLink(seed, link)) === holdsOut;
    const wanted = drawCalls(draw, level, holdsOut ? 2 : 1);
    for (let attempt = 0; attempt < 2000; attempt++) {
      // A number of calls that hardly any allowed shape of the level has must not be insisted on for ever.
      const calls = attempt < 400 ? wanted : drawCalls(draw, level, holdsOut ? 2 : 1);
      const shape = drawShape(draw, { level, calls, allows });
      if (!shape) continue;
      for (let naming = 0; naming < 10; naming++) {
        const filled = fill(draw, shape, level, pool);
        if (!filled) continue;
        const { literals, listed, ...rest } = filled;
        const query = capital(phrase(draw, shape, literals, split === 'phrasings' ? 'held' : 'say'));
        const tools = listed.map(({ tool }) => tool);
        return { ...rest, task: { id: `${split}/${index}`, split, level, query, tools } };
      }
    }
    throw new Error(`Atlas: found no task ${split}/${index} of level ${level} for world seed ${seed}; a fault of the world: try another seed`);
  };
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
