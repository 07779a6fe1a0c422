/** What steps earned, in one number each: lists, trees and filters must not disagree. */

interface Rewarded {
  readonly reward: { readonly [part: string]: number | null };
}

const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';

/** A step's combined reward where any of the steps has one, else the sum of its parts. */
export function earnedBy(steps: readonly Rewarded[]): (step: Rewarded) => number {
  const isCombined = steps.some(({ reward }) => isNumber(reward['step']));
  return ({ reward }) => (isCombined ? (reward['step'] ?? 0) : Object.values(reward).filter(isNumber).reduce((sum, part) => sum + part, 0));
}

/** The sum over all steps; null where no step has any reward. */
export const totalEarned = (steps: readonly Rewarded[]): number | null =>
  steps.some(({ reward }) => Object.values(reward).some(isNumber)) ? steps.map(earnedBy(steps)).reduce((sum, earned) => sum + earned, 0) : null;
