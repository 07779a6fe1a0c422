// A shape in words: noun phrases nested the way the calls are, inside a sentence that asks for them.
import { pick } from '../random.ts';
import type { Json } from '../tool.ts';
import type { EntityType, Field, Input } from './catalog/spec.ts';
import type { Shape, Slot } from './shape.ts';

export type Bank = 'say' | 'held';

const sentences: Record<Bank, readonly string[]> = {
  say: ['Find #.', 'Tell me #.', 'I need #.', 'Please look up #.', 'Give me #.', 'Can you find #?', 'I want to know #.', 'Get me #, please.'],
  held: ['Could you work out #?', 'I would like to learn #.', 'Do you know #?', 'My friend asks for #.'],
};
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

  function noun(call: number, field: Field, again: boolean): string {
    const { api, slots } = shape.calls[call]!;
    const plain = slots.every((slot) => slot.kind === 'literal') && !again;
    // A possessive after a nested phrase would bind to its last word: "the city where X was born's mayor".
    const phrases = field[bank].filter((each) => plain || !each.includes('\'s'));
    return fillIn(pick(draw, phrases), api.takes, (input, at) => {
      const slot = slots[at]!;
      if (again && input.kind === 'entity' && same(slot, shape.shared)) return `that ${input.type}`;
      return slot.kind === 'literal' ? literal(input, values[slot.index]!) : noun(slot.call, slot.field, false);
    });
  }

  const [first, second] = shape.asks;
  let asked = noun(first!.call, first!.field, false);
  if (second) {
    const sameCall = second.call === first!.call;
    const text = sameCall ? aboutTheSame(second.field, second.call) : noun(second.call, second.field, shape.shared !== undefined);
    asked += pick(draw, joiners[bank]) + text;
  }
  return pick(draw, sentences[bank]).replace('#', () => asked);

  /** A second field of the same result: names the thing again as `that city`. */
  function aboutTheSame(field: Field, call: number): string {
    const phrases = field[bank].filter((each) => !each.includes('\'s'));
    return fillIn(pick(draw, phrases), shape.calls[call]!.api.takes, (input, at) => {
      if (input.kind === 'entity') return `that ${input.type}`;
      const slot = shape.calls[call]!.slots[at]!;
      return slot.kind === 'literal' ? literal(input, values[slot.index]!) : noun(slot.call, slot.field, false);
    });
  }
}
