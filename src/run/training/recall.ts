/** A batch of recorded trajectories, as the policy would have them now: what offline training has in place of episodes. */
import { toSequence } from '../../learn/experience.ts';
import { score } from '../../learn/score.ts';
import type { StepPpo } from '../../learn/step-ppo.ts';
import { rewardTrajectory } from '../../reward/score.ts';
import type { Played } from '../../rollout/episode.ts';
import { deal } from '../../rollout/recorded/deal.ts';
import { encode, type Encoded } from '../../rollout/recorded/encode.ts';
import type { Recording } from '../../rollout/recorded/recording.ts';
import { isTruncated } from '../../world/trajectory.ts';
import { toExperience, type Collected } from './collected.ts';
import { toTrajectory } from './records.ts';
import type { Recorded } from './recorded.ts';
import type { Setup } from './setup.ts';

/** What only recorded trajectories have to tell. */
export interface Recalled {
  /** Which pass over them this was, counted from 1. */
  readonly pass: number;
  /** Part of their tokens that was left out, since they were longer than `rollout.maxTokens`. */
  readonly cutShare: number;
}

interface Member {
  readonly recording: Recording;
  readonly encoded: Encoded;
  readonly episode: Played;
  /** What trajectories with the same prompt share, and no other does. */
  readonly group: string;
}

/**
 * The batch of an iteration. Log-probabilities, values and entropies are those of the learner's weights now, at the start
 * of the batch, as in the released trainer: the gap to the policy that wrote the tokens is not corrected.
 */
export async function recall(setup: Setup & { readonly recorded: Recorded }, learner: StepPpo, iteration: number, signal?: AbortSignal): Promise<Collected & { readonly recalled: Recalled }> {
  const { experiment: { rollout, reward }, recorded, tokenizer, config, programs } = setup;
  const { pass, chosen } = deal(recorded.deck, iteration);
  const prompts = new Map<string, string>();
  const members = chosen.map((number): Member => {
    const recording = recorded.recordings[number];
    const encoded = encode(recording, tokenizer, rollout.recorded, rollout);
    return { recording, encoded, episode: toEpisode(recording, encoded), group: groupOf(recording, encoded, prompts) };
  });
  signal?.throwIfAborted();

  const sequences = members.map(({ episode, group }) => toSequence(toExperience(episode, [], group)));
  // one more token behind an episode that was cut off: the value before it is that of the state it was cut at. As in an episode that
  // is played, one that had no room for its last observation keeps the value that its last step began with
  const bootstrapped = members.map(({ episode: { outcome, length, steps } }) => isTruncated(outcome!) && length > (steps.at(-1)?.tokens.end ?? 0) && length < config.context);
  const scored = await score(programs, config, learner.optimizer.weights, sequences.map((sequence, i) =>
    (bootstrapped[i] ? { ...sequence, response: [...sequence.response, tokenizer.end], mask: [...Array.from(sequence.mask), 1] } : sequence)), ['logProbs', 'values', 'entropies'], rollout.temperature);
  members.forEach(({ episode: { promptLength, tokens, steps }, episode }, i) => {
    const { logProbs, values, entropies } = scored[i];
    for (let t = promptLength; t < tokens.ids.length; t++) {
      if (!tokens.mask[t]) continue;
      tokens.logProbs[t] = logProbs[t - promptLength];
      tokens.values[t] = values[t - promptLength];
      tokens.entropies[t] = entropies[t - promptLength];
    }
    for (const step of steps) step.value = tokens.values[step.tokens.start];
    if (isTruncated(episode.outcome!)) episode.bootstrap = bootstrapped[i] ? values[values.length - 1] : (steps.at(-1)?.value ?? 0);
  });

  const place = { iteration, weightsVersion: learner.optimizer.updates, prefix: 't' };
  const trajectories = members.map(({ recording, episode }) => ({ ...toTrajectory(episode, place, recording.solved), id: `t${iteration}/${recording.id}` }));
  // rewards of all steps, of those that were cut off too: what weighs steps counts them
  const all = members.map(({ recording, episode: { steps, outcome } }) => {
    if (recording.scores) {
      steps[steps.length - 1].reward.isSolved = recording.scores[recording.scores.length - 1];
      return recording.scores;
    }
    const whole = recording.steps.map((step, index) => ({ ...step, index, tokens: { start: 0, end: 0 }, reward: {}, seconds: 0 }));
    const scores = rewardTrajectory({ query: recording.task.query, outcome: outcome!, steps: whole }, reward, recording.solved);
    steps.forEach((step, t) => Object.assign(step.reward, whole[whole.length - steps.length + t].reward));
    return scores;
  });
  const tokens = members.reduce((sum, { encoded }) => sum + encoded.allTokens, 0);
  return {
    recalled: { pass, cutShare: 1 - members.reduce((sum, { episode }) => sum + episode.length, 0) / tokens },
    trajectories, episodes: members.map(({ episode }) => episode),
    scores: all.map((scores, i) => scores.slice(scores.length - members[i].episode.steps.length)),
    experiences: members.map(({ episode, group }, i) => toExperience(episode, all[i], group)),
  };
}

function toEpisode({ task, sample, seed, outcome }: Recording, { ids, mask, promptLength, steps }: Encoded): Played {
  const zeros = (): number[] => new Array<number>(ids.length).fill(0);
  return { task, sample, seed, outcome, steps, promptLength, bootstrap: 0, length: ids.length, tokens: { ids, mask, logProbs: zeros(), values: zeros(), entropies: zeros() } };
}

/** Samples of a task share its prompt; recordings may have lost the start of it, or call different tasks by one name. */
function groupOf({ id, task, steps }: Recording, encoded: Encoded, prompts: Map<string, string>): string {
  const prompt = encoded.ids.slice(0, encoded.promptLength).join();
  const known = prompts.get(task.id);
  if (known === undefined) prompts.set(task.id, prompt);
  return encoded.steps.length === steps.length && (known ?? prompt) === prompt ? task.id : `${task.id} in ${id}`;
}
