import { choice, number, positive, section } from '../fields.ts';

/** The leash to the frozen reference policy. */
export const klSection = section(
  'The penalty for moving away from the reference policy: the weights that reinforcement learning starts from, frozen.',
  {
    place: choice('Where the penalty is applied.', 'reward', {
      reward: 'Taken off the reward of every token: the paper and the released trainer.',
      loss: 'Added to the loss.',
      none: 'Nowhere.',
    }),
    estimator: choice(
      'Estimator of the divergence on sampled tokens, with d = log policy − log reference. `k1` belongs in the reward, `k2` and `k3` in the loss: the other pairs do not pull towards the reference.',
      'k1',
      {
        k1: 'd: its expectation as a reward has the gradient of the divergence. Released.',
        k2: 'd² / 2: as a loss it has the gradient of the divergence from policy to reference.',
        k3: 'exp(−d) − 1 + d: as a loss it has the gradient of the divergence from reference to policy; never negative, little noise.',
      },
    ),
    controller: choice('Whether the coefficient moves.', 'fixed', {
      fixed: 'It stays.',
      adaptive: 'It follows `target`. Released, though it moves by at most 0.016 % an update there.',
    }),
    coefficient: number('Weight of the penalty, at the start when adaptive.', 0.02, 0, 100),
    target: positive('Divergence of a trajectory, in nats, that the adaptive controller aims at.', 6, 1e6),
    horizon: positive('Trajectories over which the adaptive controller answers; smaller is quicker. Fewer than an iteration has count as so many: the coefficient moves by a fifth an iteration at most.', 10000, 1e9),
  },
);
