import { choice, integer, number, positive, section } from '../fields.ts';

/** Imitation of the expert before reinforcement learning. */
export const warmStartSection = section(
  'Supervised learning from demonstrations before reinforcement learning, so that the policy can call tools at all.',
  {
    mode: choice('When to warm-start.', 'auto', {
      auto: 'Only when no checkpoint is found.',
      always: 'Also on top of a checkpoint.',
      never: 'Never: start from the checkpoint, or from random weights.',
    }),
    steps: integer('Optimizer updates.', 1200, 1, 10_000_000),
    batchTokens: integer('Tokens an update, on average: those of its demonstrations. Padding does not count.', 4096, 64, 10_000_000),
    learningRate: positive('Highest learning rate; it rises linearly from 0 and falls by a cosine.', 0.006, 1),
    weightDecay: number('Decoupled weight decay of matrices.', 0.01, 0, 1),
    warmupFraction: number('Part of the updates during which the learning rate rises.', 0.05, 0, 1),
    expert: section(
      'How often the demonstrating expert goes wrong, each a probability per opportunity. All 0 demonstrates the oracle, and leaves reinforcement learning little to improve.',
      {
        redundantCall: number('Repeats a call, or makes one that the task does not need.', 0.15, 0, 1),
        wrongArgument: number('Makes the needed call with a wrong argument first, and retries after the error.', 0.05, 0, 1),
        surrender: number('Gives up although the task can be solved.', 0.05, 0, 1),
      },
    ),
  },
);
