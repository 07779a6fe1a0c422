import { choice, section, textOrNull } from '../fields.ts';

/** Offline training: recorded trajectories in place of episodes of the policy's own. */
export const recordedSection = section(
  'Recorded trajectories to train on, offline, as the released trainer does, in place of ones that the policy collects. An iteration takes `tasksPerIteration` × `samplesPerTask` of them.',
  {
    file: textOrNull(
      'The file, relative to this one: a table of the released code (`step_grained_for_ppo*.csv`, separated by tabs, with rewards of its own), or `trajectories.jsonl` of a run, whose tasks of the training split are rewarded anew by `reward`. Null collects.',
      null,
    ),
    encoding: choice('How a dialogue of a released table becomes tokens.', 'dialogue', {
      dialogue: 'As an episode has it: one token of the start, and every turn ends with its end token.',
      released: 'As the released trainer: each text is encoded alone with the token of the start, turns as they are in the file.',
    }),
    truncation: choice('What is left out of a trajectory longer than `maxTokens`.', 'steps', {
      steps: 'The earliest steps; the prompt stays.',
      released: 'The first tokens beyond `maxTokens` − `maxTokensPerTurn` of what stands before the last turn, the prompt first, and those of the last turn beyond `maxTokensPerTurn`.',
    }),
    lastBatch: choice('What becomes of the last trajectories of a pass when they do not fill an iteration.', 'keep', {
      keep: 'They are an iteration of their own; a single one joins the iteration before under `credit.whiten`, which would make it 0.',
      drop: 'They are left out, others in each pass, as in the released trainer.',
    }),
  },
);
