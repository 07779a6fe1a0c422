// The parts of every step of a trajectory, and how they become the one reward a step that credit assignment takes.
import type { Trajectory } from '../world/trajectory.ts';
import { lcsContribution } from './lcs.ts';
import type { Parts, RewardSettings } from './settings.ts';
import { succCalling } from './succ-calling.ts';
import { finalAnswer, usedLater } from './used-later.ts';

/** What of a trajectory rewards depend on. */
export type Attempt = Pick<Trajectory, 'query' | 'outcome' | 'steps'>;

/**
 * The reward parts of every step, whatever their weights:
 * - intermediate steps: `succCalling` and `contribution`;
 * - the last step of an episode that answered or gave up, the `Finish`: `isSolved` alone (arXiv 2410.07745, section 3.2);
 * - the last step of a truncated episode: an intermediate step like the others, and `isSolved` 0 besides; with a weight for being
 *   cut off, `cutOff` -1 too.
 *
 * Giving up solves nothing and neither does being cut off, so `isSolved` is 1 only if the episode answered and `solved`.
 * An attempt without steps has no rewards.
 * @param solved what the world's checker says
 */
export function scoreTrajectory({ query, outcome, steps }: Attempt, settings: RewardSettings, solved: boolean): Parts[] {
  const last = steps.at(-1);
  const answer = last && finalAnswer(last);
  const { rule, lcsThreshold } = settings.contribution;
  const used = rule === 'usedLater' ? usedLater(query, steps) : [];
  return steps.map((step, t) => {
    const isLast = step === last;
    const finished = isLast && (outcome === 'answered' || outcome === 'gaveUp');
    const parts: Parts = {};
    if (!finished) {
      parts.succCalling = succCalling(step, settings.succCalling.rule);
      // A call of Finish that was not valid tells the policy nothing that could be used.
      parts.contribution = rule === 'usedLater' ? used[t] : answer === undefined ? 0 : lcsContribution(step.observation, answer, lcsThreshold);
    }
    if (isLast) parts.isSolved = Number(solved && outcome === 'answered');
    if (isLast && settings.cutOff.weight > 0) parts.cutOff = finished ? 0 : -1;
    return parts;
  });
}

/**
 * One step's reward from its parts (steptool.md 1.1 and 1.2), w the weights:
 * - `half`: ½·w_SC·SC + ½·w_Con·Con + w_IS·IS, the released data at weights 1;
 * - `none`: α·w_SC·SC + w_Con·Con + w_IS·IS, the paper;
 *
 * and in both w_CO less where the episode was cut off, as trainers of language models take off for a text that has no end.
 * Parts that the step does not have add nothing. IsSolved is never halved.
 */
export function combine({ succCalling: sc = 0, contribution: con = 0, isSolved = 0, cutOff = 0 }: Parts, settings: RewardSettings): number {
  const called = settings.succCalling.weight * sc;
  const contributed = settings.contribution.weight * con;
  const ended = settings.isSolved.weight * isSolved + settings.cutOff.weight * cutOff;
  switch (settings.normaliser) {
    case 'half': return (called + contributed) / 2 + ended;
    case 'none': return settings.alpha * called + contributed + ended;
  }
}

/** Scores, one a step, as `assignCredit` takes them; writes the parts of each step into its `reward`, over what is there of the same name. */
export function rewardTrajectory(trajectory: Attempt, settings: RewardSettings, solved: boolean): number[] {
  const parts = scoreTrajectory(trajectory, settings, solved);
  return trajectory.steps.map((step, t) => {
    Object.assign(step.reward, parts[t]);
    return combine(parts[t], settings);
  });
}
