// A second baseline, from the other samples of the task: how step t went for them says what was to be expected of it here.
import type { Credit } from './input.ts';

/**
 * Lessens each step's advantage by the mean advantage of the same step in the other samples of its task (leave-one-out, as
 * RLOO does for whole episodes: arXiv 2402.14740). What is subtracted comes from other episodes alone, so it does not
 * depend on what this step chose: the gradient keeps its expectation and loses variance, most while the critic is young.
 * A step that no other sample reached keeps its advantage. Returns, the critic's targets, stay as they are.
 * @param credits of the episodes of a batch
 * @param groups of each episode, what it shares with the other samples of its task
 * @returns credits in the same order; none is changed in place
 */
export function withGroupBaseline(credits: readonly Credit[], groups: readonly string[]): Credit[] {
  const sums = new Map<string, { sum: number; count: number }>();
  const keyOf = (episode: number, step: number): string => `${step} ${groups[episode]}`;
  credits.forEach(({ steps }, episode) => steps.forEach(({ advantage }, step) => {
    const { sum, count } = sums.get(keyOf(episode, step)) ?? { sum: 0, count: 0 };
    sums.set(keyOf(episode, step), { sum: sum + advantage, count: count + 1 });
  }));
  return credits.map((credit, episode) => {
    const advantages = Float64Array.from(credit.advantages);
    const steps = credit.steps.map((step, t) => {
      const { sum, count } = sums.get(keyOf(episode, t))!;
      const baseline = count > 1 ? (sum - step.advantage) / (count - 1) : 0;
      for (let i = step.start; i < step.end; i++) advantages[i] -= baseline;
      return { ...step, advantage: step.advantage - baseline };
    });
    return { ...credit, advantages, steps };
  });
}
