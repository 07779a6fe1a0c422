import type { Experience } from '../../learn/experience.ts';
import type { Played } from '../../rollout/episode.ts';
import type { Trajectory } from '../../world/trajectory.ts';

/** Episodes with their rewards, ready to be learnt from. */
export interface Collected {
  readonly episodes: readonly Played[];
  readonly trajectories: readonly Trajectory[];
  /** Combined step rewards of each trajectory. */
  readonly scores: readonly (readonly number[])[];
  readonly experiences: readonly Experience[];
}

/** @param group what samples of one task, with one prompt, share */
export const toExperience = ({ task, promptLength, tokens, steps, outcome, bootstrap }: Played, scores: readonly number[], group = task.id): Experience => ({
  taskId: group, promptLength, ids: tokens.ids, mask: tokens.mask, logProbs: tokens.logProbs, values: tokens.values, steps, scores, outcome: outcome!, bootstrap,
});
