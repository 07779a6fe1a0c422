// The combinations that tasks are made of, by name: what training may use, what is held out, what nobody would ask for.
import { hash } from '../random.ts';
import { apiKey } from './catalog/index.ts';
import type { Api, Field, Input } from './catalog/spec.ts';
import type { Shape } from './shape.ts';

/** Links that would lead back to where they started, or contradict another fact: nobody asks for them. */
export const pointless: ReadonlySet<string> = new Set([
  'Geography/capital.city>Geography/country.city', 'Books/newest.title>Books/author.title', 'People/spouse.spouse>People/spouse.person',
  'Business/boss.boss>People/job.person', 'People/job.company>Business/boss.company',
]);

/** A field of one API's result passed on as an argument of another. */
export const linkOf = (from: Api, field: Field, to: Api, input: Input): string => `${apiKey(from)}.${field.name}>${apiKey(to)}.${input.name}`;

/** The combinations in a shape: each result passed on, as `Books/author.author>People/born.person`, and two asks as `a & b`. */
export function linksOf(shape: Pick<Shape, 'calls' | 'asks'>): string[] {
  const links = shape.calls.flatMap(({ api, slots }) => slots.flatMap((slot, i) =>
    (slot.kind === 'result' ? [linkOf(shape.calls[slot.call]!.api, slot.field, api, api.takes[i]!)] : [])));
  const [first, second] = shape.asks;
  if (second && first!.call !== second.call) {
    links.push([first!, second].map(({ call, field }) => `${apiKey(shape.calls[call]!.api)}.${field.name}`).sort().join(' & '));
  }
  return links;
}

/** A fifth of all links is kept out of training and makes up the split `combinations`. */
export const isHeldLink = (seed: number, link: string): boolean => hash(seed, 'link', link) % 5 === 0;
