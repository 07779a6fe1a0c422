import { choice, integer, number, positive, positiveOrNull, section } from '../fields.ts';
import { klSection } from './kl.ts';

/** How the policy is updated. */
export const algorithmSection = section('How the policy is updated from credited trajectories.', {
  kind: choice('The algorithm.', 'stepPpo', {
    stepPpo: 'Proximal policy optimisation with step-grained credit.',
  }),
  iterations: integer('Rounds of collecting and updating.', 30, 0, 1_000_000),
  epochs: integer('Passes over the trajectories of an iteration.', 2, 1, 100),
  minibatches: integer('Parts the trajectories are dealt into, each an optimizer update. At most the number of trajectories.', 2, 1, 4096),
  learningRate: positive('Learning rate of Adam, constant after `warmupUpdates`. Small models take more than large ones.', 0.0003, 1),
  warmupUpdates: integer('Optimizer updates during which the learning rate rises linearly from 0; that of the value head does not. 0: none.', 0, 0, 1_000_000),
  valueLearningRate: positiveOrNull('Learning rate of the value head, which starts from 0 and has far to go while the policy should move little. Null: 0.8 over the sum of the final norm\'s gains, with which an update of Adam moves a value by about 0.6: 0.005 for the bundled policy, less for wider models.', null, 1),
  clipRange: positive('The ratio of new to old probability is clipped to 1 ± this.', 0.2, 1),
  valueClipRange: number('New values are clipped to old ones ± this; 0 is off.', 0, 0, 1000),
  valueCoefficient: number('Weight of the value loss.', 0.1, 0, 100),
  entropyCoefficient: number('Weight of the entropy bonus.', 0, 0, 1),
  maxGradientNorm: number('Gradients longer than this are shortened to it; 0 is off.', 1, 0, 1e6),
  ratioGuard: number('A minibatch whose mean ratio exceeds this is skipped; 0 is off.', 10, 0, 1e6),
  adam: section('The Adam optimizer.', {
    beta1: number('Memory of the mean of gradients.', 0.9, 0, 0.9999),
    beta2: number('Memory of the mean of squared gradients.', 0.999, 0, 0.999999),
    epsilon: positive('Added to the denominator.', 1e-8, 1),
  }),
  kl: klSection,
});
