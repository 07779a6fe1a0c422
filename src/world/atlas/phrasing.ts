// A shape in words: noun phrases nested the way the calls are, inside a sentence that asks for them.
import { pick } from '../random.ts';
import type { Json } from '../tool.ts';
import type { EntityType, Field, Input } from './catalog/spec.ts';
import type { Shape, Slot } from './shape.ts';

export type Bank = 'say' | 'held';

const sentences: Record<Bank, readonly string[]> = {
  say: ['Find #.', 'Tell me #.', 'Please look up #.', 'Can you find #?', 'I want to know #.', 'I need #.', 'Give me #.', 'Get me #, please.'],
  held: ['Could you work out #?', 'I would like to learn #.', 'Do you know #?', 'My friend asks about #.'],
};
/** Sentences that only a noun can complete: nobody says "Give me how warm it is". */
const wantsNoun = /^(I need|Give me|Get me)/;
/** A clause, as "how warm it is in X", where other phrases are nouns. */
export const isClause = (phrase: string): boolean => /^(how|when|what|by how) /.test(phrase);
/** A possessive after a nested phrase would bind to its last word: "the city where X was born's mayor". */
export const isPossessive = (phrase: string): boolean => phrase.includes('}\'s');

const joiners: Record<Bank, readonly string[]> = {
  say: [' and also ', ', and ', ' and then '],
  held: [' as well as ', ' together with '],
};
/** How titles may be introduced; other names stand alone. */
const introduced: ReadonlySet<EntityType> = new Set<EntityType>(['book', 'movie', 'song', 'team']);

/** The phrase with each `{input}` replaced by `text(input, position)`. */
export const fillIn = (phrase: string, takes: readonly Input[], text: (input: Input, at: number) => string): string =>
  takes.reduce((filled, input, at) => filled.replaceAll(`{${input.name}}`, () => text(input, at)), phrase);

/** The query of a shape whose literals have these values. */
export function phrase(draw: () => number, shape: Shape, values: readonly Json[], bank: Bank): string {
  const literal = (input: Input, value: Json): string => {
    if (input.kind === 'option') return input.say(value);
    const introduces = input.kind === 'entity' && introduced.has(input.type) && draw() < 0.3;
    return introduces ? `the ${input.type} ${String(value)}` : String(value);
  };
  const same = (a: Slot, b: Slot | undefined): boolean => b !== undefined && (a.kind === 'literal'
    ? b.kind === 'literal' && a.index === b.index
    : b.kind === 'result' && a.call === b.call && a.field === b.field);

  function noun(call: number, field: Field, place: 'asked' | 'nested' | 'again'): string {
    const { api, slots } = shape.calls[call]!;
    const plain = slots.every((slot) => slot.kind === 'literal') && place !== 'again';
    const fitting = field[bank].filter((each) => (plain || !isPossessive(each)) && (place !== 'nested' || !isClause(each)));
    return fillIn(pick(draw, fitting), api.takes, (input, at) => {
      const slot = slots[at]!;
      if (place === 'again' && input.kind === 'entity' && (shape.shared === undefined || same(slot, shape.shared))) return `that ${input.type}`;
      return slot.kind === 'literal' ? literal(input, values[slot.index]!) : noun(slot.call, slot.field, 'nested');
    });
  }

  const [first, second] = shape.asks;
  const asked = [noun(first!.call, first!.field, 'asked')];
  if (second) {
    const again = shape.shared !== undefined || second.call === first!.call;
    asked.push(noun(second.call, second.field, again ? 'again' : 'asked'));
  }
  const fitting = sentences[bank].filter((each) => !wantsNoun.test(each) || !asked.some(isClause));
  return pick(draw, fitting).replace('#', () => asked.join(pick(draw, joiners[bank])));
}
