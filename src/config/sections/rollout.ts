import { integer, number, positive, section } from '../fields.ts';
import { recordedSection } from './recorded.ts';

/** How the policy meets the world. */
export const rolloutSection = section(
  'How trajectories are collected. An episode that meets a budget is truncated, never counted as ended.',
  {
    tasksPerIteration: integer('Different tasks an iteration.', 16, 1, 65536),
    samplesPerTask: integer('Attempts at each of these tasks.', 8, 1, 1024),
    temperature: number('Sampling temperature of training episodes. 1 samples from the policy that is optimised.', 1, 0.1, 2),
    topP: positive('Nucleus sampling: keeps the likeliest tokens up to this probability. 1 is off; below 1 tokens are drawn from another distribution than the one optimised.', 1, 1),
    maxTurns: integer('Steps an episode may take, `Finish` included. The released results cap baselines at 4 and StepTool at none, which is no fair comparison.', 8, 2, 256),
    maxTokensPerTurn: integer('Tokens the policy may write in one step.', 64, 4, 65536),
    maxTokens: integer('Tokens of the whole episode: prompt, steps and observations. At most `policy.context`.', 512, 64, 131072),
    maxSeconds: positive('Wall-clock seconds an episode may take. A busy machine must not decide an outcome: leave it high, or runs cannot be repeated.', 3600, 86400),
    toolSeconds: positive('Wall-clock seconds one call of a tool may take.', 10, 3600),
    liveEpisodes: integer('Episodes that are decoded side by side. More is faster and takes more memory; results do not change.', 64, 1, 4096),
    recorded: recordedSection,
  },
);
