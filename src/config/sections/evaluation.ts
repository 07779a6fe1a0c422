import { choices, integer, number, section } from '../fields.ts';

/** How the policy is measured. */
export const evaluationSection = section('How the policy is measured on tasks that it is not trained on.', {
  splits: choices(
    'Splits of the world to measure on.',
    {
      train: 'The tasks of the training split: measures memory.',
      phrasings: 'Queries in wordings that training never shows.',
      entities: 'Entities that training never shows.',
      combinations: 'Combinations of tools that training never shows.',
    },
    ['phrasings', 'entities', 'combinations'],
  ),
  tasksPerSplit: integer('Tasks of each split. The interval narrows with the square root.', 100, 1, 1_000_000),
  samplesPerTask: integer('Attempts at each task.', 1, 1, 1024),
  temperature: number('Sampling temperature. 1 measures the policy that is trained; 0 takes the likeliest token.', 1, 0, 2),
  every: integer('Iterations between measurements; 0 measures only before and after.', 10, 0, 1_000_000),
  confidence: number('Confidence of the intervals that are reported.', 0.95, 0.5, 0.999),
});
