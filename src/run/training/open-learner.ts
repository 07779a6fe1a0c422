import { brokenIn, NotFiniteError } from '../../learn/not-finite.ts';
import { Optimizer } from '../../learn/optimizer.ts';
import { StepPpo } from '../../learn/step-ppo.ts';
import { valueHead, type Weights } from '../../policy/weights.ts';
import type { Setup } from './setup.ts';

/**
 * The learner of an experiment.
 * @param reference what the divergence is measured from
 * @param state of Adam, of a run that goes on
 * @throws NotFiniteError if the weights have a number that is none
 */
export function openLearner({ programs, config, experiment }: Pick<Setup, 'programs' | 'config' | 'experiment'>, weights: Weights, reference: Weights, klCoefficient: number, state?: ConstructorParameters<typeof Optimizer>[4]): StepPpo {
  const broken = brokenIn('weight', weights);
  if (broken.length > 0) throw new NotFiniteError('the weights that it starts from are not all finite', broken);
  const { algorithm, credit, rollout: { temperature } } = experiment;
  const { adam, maxGradientNorm, learningRate, valueLearningRate } = algorithm;
  const faster = valueLearningRate / learningRate;
  const rates = { [valueHead.weight]: faster, [valueHead.bias]: faster };
  const optimizer = new Optimizer(programs, config, weights, { ...adam, maxGradientNorm, weightDecay: 0, rates }, state);
  return new StepPpo(programs, config, optimizer, reference, { credit, algorithm, temperature }, klCoefficient);
}
