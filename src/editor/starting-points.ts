/** Texts that a new experiment begins with, by preset: short, and each line one worth changing. */

export interface StartingPoint {
  readonly id: 'quickstart' | 'paper' | 'as-released' | 'empty';
  /** A suggestion for the file, without its ending. */
  readonly file: string;
  readonly text: string;
}

export const startingPoints: readonly StartingPoint[] = [
  {
    id: 'quickstart',
    file: 'quickstart',
    text: `// Step-grained PPO from the bundled policy: some minutes on two cores. Change a line, train again, compare.
{
  // another seed is another run: other tasks, other samples
  "seed": 1,

  "rollout": {
    "tasksPerIteration": 16, // tasks in each round of collecting and updating
    "samplesPerTask": 8, // attempts at each of them
  },

  "credit": {
    "mode": "step", // try "monteCarlo", or "tokenPadded" as in the released code
    "gamma": 0.95, // how much a step cares about what comes after it
  },

  "algorithm": {
    "iterations": 12, // more learns more
    "learningRate": 0.0003, // try 0.001: too much, watch the pass rate fall again
    "kl": { "coefficient": 0.02 }, // the leash to where it started; longer when smaller
  },
}
`,
  },
  {
    id: 'paper',
    file: 'paper',
    text: `// Step-grained PPO as in the paper (arXiv 2410.07745): credit over steps, no step weights, IsSolved on the last step.
{
  "preset": "paper",

  // The published batch and learning rate belong to adapters of 7B models and thousands of updates.
  // For the small policy and a few minutes they are these.
  "rollout": { "tasksPerIteration": 16, "samplesPerTask": 8 },
  "algorithm": { "iterations": 30, "minibatches": 2, "learningRate": 0.0003, "valueLearningRate": 0.005 },
}
`,
  },
  {
    id: 'as-released',
    file: 'as-released',
    text: `// What the released code does, its quirks included: credit decays over every token of an observation, and the step
// weights multiply the reward of the last step, IsSolved, by 0.
{
  "preset": "as-released",

  "rollout": { "tasksPerIteration": 16, "samplesPerTask": 8 },
  "algorithm": { "iterations": 30, "minibatches": 2, "learningRate": 0.0003, "valueLearningRate": 0.005 },
}
`,
  },
  { id: 'empty', file: 'experiment', text: '{\n}\n' },
];
