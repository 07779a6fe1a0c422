/** How long the prompts of an experiment are. */
import { promptIds } from '../../policy/format.ts';
import type { Experiment } from '../../config/schema.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { World } from '../../world/world.ts';

/** Tasks of each split that are looked at: tools and queries of others are of the same make. */
const looked = 8;

/** Tokens of the longest prompt among the first tasks of each split that the experiment plays: one on recorded trajectories plays those that it measures. */
export function longestPrompt(world: World, tokenizer: Tokenizer, { algorithm, rollout, evaluation }: Pick<Experiment, 'algorithm' | 'rollout' | 'evaluation'>): number {
  const splits = new Set([...(algorithm.iterations > 0 && rollout.recorded.file === null ? ['train'] : []), ...evaluation.splits]);
  return Math.max(0, ...[...splits].flatMap((split) => Array.from({ length: looked }, (_, index) => promptIds(tokenizer, world.task(split, index)).length)));
}
