import { choice, choices, integer, number, section } from '../fields.ts';

/** What the policy acts on. */
export const worldSection = section('The tasks and tools that the policy acts on.', {
  kind: choice('Where tasks and tools come from.', 'atlas', {
    atlas: 'The embedded world: deterministic APIs and tasks, no network.',
  }),
  seed: integer(
    'Seed of the world: its entities, their data and its tasks. Separate from the seed of the run, so that runs with other seeds meet the same tasks.',
    1, 0, 2 ** 31 - 1,
  ),
  levels: choices('Levels of the tasks to train and evaluate on, as in ToolBench.', {
    I1: 'One tool.',
    I2: 'Several tools of one category.',
    I3: 'Tools of several categories.',
  }),
  distractors: integer(
    'Tools offered with each task that it does not need. More make the choice harder and the prompt longer.',
    3, 0, 8,
  ),
  transientErrorRate: number(
    'Probability that a call fails for no fault of the policy and works when repeated.',
    0.05, 0, 0.5,
  ),
});
