/**
 * Fields that came after there were runs. A run's own experiment has every default filled in, and says nothing of those that came
 * after it: here is what it did, whatever the default is by now. A field that is added to the schema belongs here.
 */
import type { Json } from './field-tree.ts';

const earlier: { readonly [section: string]: { readonly [field: string]: Json } } = {
  reward: { cutOff: { weight: 0 } },
  algorithm: { warmupUpdates: 0 },
  engine: { precision: 'float32', frozen: 'float32' },
};

type Sections = { readonly [section: string]: unknown };
const isSection = (value: unknown): value is { readonly [field: string]: unknown } => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The experiment of a run with the fields filled in that came after it. */
export const withLater = <T extends object>(experiment: T): T =>
  Object.fromEntries(Object.entries(experiment).map(([section, said]) => [section, isSection(said) ? { ...earlier[section], ...said } : said])) as T;

/** The experiment without the fields that came later, where they say what runs did before: as such a run would have said it. */
export const withoutLater = (experiment: object): Sections =>
  Object.fromEntries(Object.entries(experiment).map(([section, said]) => [
    section, isSection(said) ? Object.fromEntries(Object.entries(said).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(earlier[section]?.[field]))) : said,
  ]));
