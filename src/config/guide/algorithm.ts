import type { Guide } from '../guide.ts';

/** The update and the leash. Released values: `config/<model>/StepTool_ppo.json`, and where it is silent TRL 0.10.1. */
export const algorithmGuide: Guide = {
  'algorithm.iterations': { effect: 'More trains longer. Small policies peak and then get worse: watch the pass rate of the evaluations.', usual: [5, 1000], released: '5 passes over about 5000 stored trajectories' },
  'algorithm.epochs': { effect: 'More takes more from each trajectory, and lets the policy drift further from the one that collected it: watch clip fraction and approximate KL.', usual: [1, 4], paper: 'not stated', released: '4' },
  'algorithm.minibatches': { effect: 'More means smaller and noisier updates, and more of them.', usual: [1, 16], released: '1' },
  'algorithm.learningRate': { effect: 'Too large and the KL runs away within a few iterations; too small and nothing moves. The first thing to tune, by factors of 3.', usual: [1e-6, 1e-3], released: '0.00001, for adapters of 7B models' },
  'algorithm.warmupUpdates': { effect: 'Guards a policy from its first updates, whose scale Adam does not know yet and whose advantages come from a value head that knows nothing yet: without it they may be ten times as large as later ones. More waits longer.', usual: [0, 20], released: 'none' },
  'algorithm.valueLearningRate': { effect: 'Larger lets the value head follow the returns sooner; its start is 0. Too small and explained variance stays near 0 for long, and advantages stay noisy; too large and values swing from iteration to iteration, explained variance falls below 0, and advantages have more noise than without values.', usual: [1e-5, 0.01], released: 'that of the policy: one optimizer for all weights' },
  'algorithm.clipRange': { effect: 'Larger lets one iteration change the policy more; smaller is steadier and slower.', usual: [0.1, 0.3], paper: 'not stated', released: '0.2' },
  'algorithm.valueClipRange': { effect: 'Holds the value head near its earlier estimates. Small values slow it down when rewards are large; 0 lets it move freely.', usual: [0, 1], released: '0.2' },
  'algorithm.valueCoefficient': { effect: 'Larger serves the value head more than the policy, since both share the network. Raise it while explained variance stays below 0.', usual: [0.05, 1], released: '0.1' },
  'algorithm.entropyCoefficient': { effect: 'Keeps the policy from settling too early. Too much and it writes noise: watch the entropy.', usual: [0, 0.01], released: 'no such term' },
  'algorithm.maxGradientNorm': { effect: 'Tames single bad minibatches. If the gradient norm is always above it, the learning rate is in truth smaller than it says.', usual: [0, 10], released: 'off' },
  'algorithm.ratioGuard': { effect: 'Throws away minibatches after which the policy is nowhere near the one that collected. If it ever acts, lower the learning rate.', usual: [0, 20], released: '10' },
  'algorithm.adam.beta1': { effect: 'Larger averages the direction over more updates: smoother, and slower to turn.', usual: [0.8, 0.95], released: '0.9' },
  'algorithm.adam.beta2': { effect: 'Larger averages the scale over more updates. Lower it if a rare large gradient makes the steps tiny for long.', usual: [0.95, 0.999], released: '0.999' },
  'algorithm.adam.epsilon': { effect: 'Matters only where gradients are tiny; larger damps the steps there.', usual: [1e-10, 1e-5], released: '1e-8' },
  'algorithm.kl.place': { effect: 'In the reward the penalty is credited to the steps that caused it; in the loss it acts on each token alone.', paper: '"reward"', released: '"reward"' },
  'algorithm.kl.estimator': { effect: 'The wrong one for its place does not pull towards the reference at all.', released: '"k1"' },
  'algorithm.kl.controller': { effect: '"adaptive" keeps the divergence near a target, so that the coefficient need not be tuned.', released: '"adaptive", though it moves by at most 0.016 % an update there' },
  'algorithm.kl.coefficient': { effect: 'Larger keeps the policy near where it started: safer, and it learns less. Too small and it forgets how to write calls.', usual: [0.001, 0.3], released: '0.3' },
  'algorithm.kl.target': { effect: 'Larger lets the policy move further before the adaptive controller pulls.', usual: [0.1, 20], released: '6' },
  'algorithm.kl.horizon': { effect: 'Smaller reacts quicker; too small and the coefficient swings.', usual: [100, 100_000], released: '10000' },
};
