/**
 * What people who tune want to know of a field beyond its definition: what moving it does, where it usually lies, and what
 * the paper and the released code used. Descriptions in the schema say what a field is; this says how to choose it.
 */
import { algorithmGuide } from './guide/algorithm.ts';
import { creditGuide } from './guide/credit.ts';
import { modelGuide } from './guide/model.ts';
import { rewardGuide } from './guide/reward.ts';
import { rolloutGuide } from './guide/rollout.ts';

export interface Guidance {
  /** What happens when it is moved, in a sentence or two. */
  readonly effect: string;
  /** Where it usually lies, both ends included. A number field outside of it gets a note. */
  readonly usual?: readonly [low: number, high: number];
  /** What the paper (arXiv 2410.07745) says, where it says something, or that it does not. */
  readonly paper?: string;
  /** What the released code and its configuration use, defaults of its library included. */
  readonly released?: string;
}

/** Guidance by the path of a field. */
export type Guide = Readonly<Record<string, Guidance>>;

const guide: ReadonlyMap<string, Guidance> = new Map(Object.entries({ ...modelGuide, ...rolloutGuide, ...rewardGuide, ...creditGuide, ...algorithmGuide }));

/** Every path that has guidance. */
export const guidedPaths: readonly string[] = [...guide.keys()];

/** The guidance of a field, or undefined where there is nothing to choose. */
export const guidanceOf = (path: string): Guidance | undefined => guide.get(path);

/** Whether a value is one that is usual for its field; true where nothing is known. */
export function isUsual(path: string, value: number): boolean {
  const usual = guide.get(path)?.usual;
  return usual === undefined || (value >= usual[0] && value <= usual[1]);
}

/** A number as people write it: 0.00001, not 1e-5. */
export const plainNumber = (value: number): string => (Math.abs(value) < 1e-6 && value !== 0 ? String(value) : value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 9 }));

/** `Usual: 0.9 to 1. Paper: not stated. Released: 0.95.`, of what is known; empty where nothing is. */
export function bearings({ usual, paper, released }: Guidance): string {
  return [
    usual && `Usual: ${plainNumber(usual[0])} to ${plainNumber(usual[1])}.`,
    paper !== undefined && `Paper: ${paper}.`,
    released !== undefined && `Released: ${released}.`,
  ].filter((part) => typeof part === 'string').join(' ');
}
