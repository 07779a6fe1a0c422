// The invented inhabitants of Atlas. Names are made from syllables (and titles from pairs of words), differ from each other across
// all types, and come in two pools: `train` and `held`, which no training task ever mentions. Facts stay within a pool.
import { pick, random } from '../random.ts';
import { entityTypes } from './catalog/spec.ts';
import type { EntityType } from './catalog/spec.ts';

export const pools = ['train', 'held'] as const;
export type Pool = (typeof pools)[number];

export interface Entity {
  readonly type: EntityType;
  readonly pool: Pool;
  /** Position in its type's pool. */
  readonly index: number;
  readonly name: string;
}

/** Entities of a type in the training pool; the held-out pool has a quarter. Parents divide their children: 5 cities a country, 2 books a person. */
const sizes: Record<EntityType, number> = {
  city: 1200, country: 240, person: 800, company: 600, book: 1600, movie: 800, song: 800, team: 400, dish: 400, currency: 240,
};

/** Size of a pool, in entities. */
export const poolSize = (type: EntityType, pool: Pool): number => (pool === 'train' ? sizes[type] : sizes[type] / 4);

const words = (text: string): string[] => text.split(' ');
const onsets = words('b br c d dr f g gr h j k kr l m n p pr r s sk st t tr v w z');
const vowels = words('a e i o u a e i o ai ei ou');
const codas = ['', '', '', ...words('n r l s m k t nd rk')];
const adjectives = words('Amber Bitter Blue Bright Broken Burning Clear Cold Copper Dark Deep Dry Early Empty Faint Fallen Far First Frozen Glass ' +
  'Golden Green Grey Hidden Hollow Iron Last Late Little Long Lost Loud Narrow New Northern Old Open Pale Paper Plain Quiet Rainy Red ' +
  'Rising Rough Salt Second Secret Silent Silver Slow Small Soft Southern Stone Strange Sudden Tall Third Warm White Wild Wooden Young');
const nouns = words('Anchor Apple Arrow Autumn Bird Boat Bridge Candle Castle Clock Cloud Coast Crown Dawn Desert Door Dream Drum Ember Field ' +
  'Fire Flower Forest Garden Gate Harbor Hill Horse House Island Key Ladder Lake Lantern Letter Light Map Mask Mirror Moon Mountain ' +
  'Night Ocean Orchard Owl Path Pearl Rain River Road Rose Sail Shadow Shore Snow Song Star Storm Street Summer Sword Tower Train Tree ' +
  'Valley Village Voice Wall Water Wave Window Winter Wolf World');
const verbs = words('Asking Blaming Building Calling Carrying Catching Chasing Closing Counting Crossing Drawing Feeding Finding Following ' +
  'Forgetting Hearing Hiding Holding Keeping Leaving Losing Loving Making Meeting Missing Moving Naming Opening Painting Passing Playing ' +
  'Reading Riding Saving Seeing Selling Sending Stealing Taking Trading Waking Walking Watching Winning');

type Draw = () => number;
const syllable = (draw: Draw): string => pick(draw, onsets) + pick(draw, vowels);
const root = (draw: Draw, syllables: number): string => {
  let text = '';
  for (let i = 0; i < syllables; i++) text += syllable(draw);
  text += pick(draw, codas);
  return text[0]!.toUpperCase() + text.slice(1);
};
const suffixed = (draw: Draw, endings: string): string => root(draw, 2) + pick(draw, words(endings));
const tagged = (draw: Draw, tags: string): string => `${root(draw, 2)} ${pick(draw, words(tags))}`;

function coin(type: EntityType, draw: Draw): string {
  switch (type) {
    case 'city': return draw() < 0.5 ? root(draw, 3) : suffixed(draw, 'ville ford burg ton field stad');
    case 'country': return suffixed(draw, 'nia land stan ria');
    case 'person': return `${root(draw, draw() < 0.4 ? 1 : 2)} ${root(draw, 2)}`;
    case 'company': return tagged(draw, 'Labs Group Works Bank Motors Media');
    case 'book': return `${pick(draw, adjectives)} ${pick(draw, nouns)}`;
    case 'movie': return `${pick(draw, nouns)} and ${pick(draw, nouns)}`;
    case 'song': return `${pick(draw, verbs)} ${pick(draw, nouns)}`;
    case 'team': return tagged(draw, 'Foxes Rovers Giants Kings Hawks United');
    case 'dish': return tagged(draw, 'soup stew pie rice bread salad').replace(/^./, (first) => first.toLowerCase());
    case 'currency': return root(draw, 2);
  }
}

/** Names are compared without regard to case and spacing, as a forgiving search box does. */
export const plain = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();

export interface Names {
  entity(type: EntityType, pool: Pool, index: number): Entity;
  /** The entity of that type and name, if there is one. */
  find(type: EntityType, name: string): Entity | undefined;
}

/** All names of a world, made once: about 9,000, a few tens of milliseconds. */
export function createNames(seed: number): Names {
  const taken = new Set<string>();
  const byName = new Map<string, Entity>();
  const lists = new Map<string, Entity[]>();
  for (const type of entityTypes) {
    const draw = random(seed, 'names', type);
    for (const pool of pools) {
      const list: Entity[] = [];
      while (list.length < poolSize(type, pool)) {
        const name = coin(type, draw);
        if (taken.has(plain(name))) continue;
        taken.add(plain(name));
        const entity: Entity = { type, pool, index: list.length, name };
        list.push(entity);
        byName.set(`${type}/${plain(name)}`, entity);
      }
      lists.set(`${type}/${pool}`, list);
    }
  }
  return {
    entity: (type, pool, index) => lists.get(`${type}/${pool}`)![index]!,
    find: (type, name) => byName.get(`${type}/${plain(name)}`),
  };
}
