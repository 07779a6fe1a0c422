import { letGo } from '../../learn/named-tensors.ts';
import { brokenIn, NotFiniteError } from '../../learn/not-finite.ts';
import { Optimizer, type OptimizerStart } from '../../learn/optimizer.ts';
import { held } from '../../learn/reference.ts';
import { StepPpo } from '../../learn/step-ppo.ts';
import { finalNormName, valueHead, type Weights } from '../../policy/weights.ts';
import { storedReference } from './resumable.ts';
import type { Setup } from './setup.ts';

/**
 * The learner of an experiment.
 * @param start the weights that reinforcement learning starts, or started, from; @param reference what divergence is measured from: those
 * @param from of a run that goes on, where Adam was
 * @throws NotFiniteError if the weights have a number that is none
 */
export function openLearner({ programs, config, experiment }: Pick<Setup, 'programs' | 'config' | 'experiment'>, weights: Weights, start: Weights, klCoefficient: number, from?: OptimizerStart, reference = held(start)): StepPpo {
  const broken = brokenIn('weight', weights);
  if (broken.length > 0) throw new NotFiniteError('the weights that it starts from are not all finite', broken);
  const { algorithm, credit, rollout: { temperature } } = experiment;
  const { adam, maxGradientNorm } = algorithm;
  const valueRate = algorithm.valueLearningRate ?? steadyRate(start);
  const rates = { [valueHead.weight]: valueRate, [valueHead.bias]: valueRate };
  const optimizer = new Optimizer(programs, config, weights, { ...adam, maxGradientNorm, weightDecay: 0, rates }, from);
  return new StepPpo(programs, config, optimizer, reference, { credit, algorithm, temperature }, klCoefficient);
}

/**
 * The learner of a run. Where one set of weights is all that there is, it takes `weights` over, and the reference is read from checkpoint 0,
 * which is there before the first update; `start`, which is also the setup's initial weights, is let go.
 */
export function openRunLearner(setup: Setup, folder: string, weights: Weights, start: Weights, klCoefficient: number, from?: OptimizerStart): StepPpo {
  const reference = storedReference(setup, folder);
  const learner = openLearner(setup, weights, start, klCoefficient, { takesOver: true, ...from }, reference);
  if (reference && start !== weights) letGo(start);
  return learner;
}

/**
 * The value head's learning rate where the experiment leaves it open. An update of Adam changes each of its weights by up to the
 * rate, and so a value by up to the rate times the sum of the hidden state's sizes, which the final norm's gains set. At one rate for
 * all, values of wide models swing past returns from update to update, and advantages have more noise than without a critic.
 * @param weights that the run began with, so that a resume finds the same rate
 */
export const steadyRate = (weights: Weights): number =>
  0.8 / (weights[finalNormName].data as Float32Array).reduce((sum, gain) => sum + Math.abs(gain), 0);
