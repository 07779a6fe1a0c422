import type { Guide } from '../guide.ts';

/** What is collected, what it is collected on, and how it is measured. */
export const rolloutGuide: Guide = {
  'world.distractors': { effect: 'More make choosing a tool harder and every prompt longer.', usual: [1, 5] },
  'world.transientErrorRate': { effect: 'Higher asks the policy to retry, and makes the rewards of good steps noisier.', usual: [0, 0.2] },
  'rollout.tasksPerIteration': { effect: 'More makes each update less noisy and each iteration longer.', usual: [4, 512], released: '8 trajectories a batch, each of another task' },
  'rollout.samplesPerTask': { effect: 'More shows good and bad attempts at the same task side by side, and shares the cost of its prompt.', usual: [1, 16], released: '1' },
  'rollout.temperature': { effect: 'Above 1 explores more and makes more broken calls; below 1 it collects from another policy than the one that is optimised.', usual: [0.7, 1.2] },
  'rollout.topP': { effect: 'Below 1 broken calls get rarer, and unlikely tokens can never be learned.', usual: [0.9, 1] },
  'rollout.maxTurns': { effect: 'Too few cut off tasks of many calls; more let a lost episode go on for longer.', usual: [4, 16], released: 'baselines at most 4, StepTool no limit' },
  'rollout.maxTokensPerTurn': { effect: 'Too few cut calls in the middle, which then count as broken.', usual: [32, 1024], released: '1024 to 1200' },
  'rollout.maxTokens': { effect: 'Longer episodes take memory and time with the square of their length.', usual: [256, 8192], released: '5120 to 5296: 4096 before the last turn, and that turn' },
  'rollout.liveEpisodes': { effect: 'More is faster until memory or cores run out. Results do not change.', usual: [8, 512] },
  'rollout.recorded.file': { effect: 'Training offline costs no calls and no sampling, and learns from what others did. What the policy itself would do wrong it never sees: keep the penalty high and the passes few.', paper: 'on trajectories of the policy', released: 'about 5000 trajectories, collected before' },
  'rollout.recorded.encoding': { effect: '"released" has tokens of the start in the middle of the dialogue, trains on them, and for ToolLLaMA teaches no end of a turn.', released: '"released"' },
  'rollout.recorded.truncation': { effect: '"released" takes away the names of the tools and the query first.', released: '"released", 4096 tokens before the last turn and 1024 to 1200 of it' },
  'rollout.recorded.lastBatch': { effect: 'A small last batch makes a noisy update, since advantages are whitened over it; dropped, some trajectories are not seen in each pass.', released: '"drop"' },
  'evaluation.tasksPerSplit': { effect: 'Fourfold halves the interval, and takes four times as long.', usual: [20, 1000] },
  'evaluation.samplesPerTask': { effect: 'More averages over the luck of sampling, not over the choice of tasks.', usual: [1, 8] },
  'evaluation.temperature': { effect: 'Lower mostly passes more, and measures another policy than the one that is trained.', usual: [0, 1] },
  'evaluation.every': { effect: 'Smaller shows when the policy peaks, and costs an evaluation each time.', usual: [0, 100] },
  'checkpoints.every': { effect: 'Smaller loses less when a run is killed, and takes more disk.', usual: [1, 50] },
};
