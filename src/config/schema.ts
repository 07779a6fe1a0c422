/**
 * The experiment file: one schema, from which types, defaults, documentation and the JSON Schema all come. Every field
 * has a default, so that `{}` is an experiment.
 */
import { String as StringType, type Static } from '@sinclair/typebox';
import { choice, integer, section } from './fields.ts';
import { algorithmSection } from './sections/algorithm.ts';
import { creditSection } from './sections/credit.ts';
import { engineSection } from './sections/engine.ts';
import { evaluationSection } from './sections/evaluation.ts';
import { checkpointsSection, outputSection } from './sections/outputs.ts';
import { policySection } from './sections/policy.ts';
import { rewardSection } from './sections/reward.ts';
import { rolloutSection } from './sections/rollout.ts';
import { warmStartSection } from './sections/warm-start.ts';
import { worldSection } from './sections/world.ts';


export const experimentSchema = section('A StepTool experiment.', {
  preset: choice('Defaults of the fields that this file leaves out.', 'default', {
    default: 'What works best here.',
    paper: 'What the paper says, where paper and released code differ; else what the released configuration says.',
    'as-released': 'What the released code does, its quirks included.',
  }),
  name: StringType({
    description: 'Name of the experiment, and of the folder of its runs. By default the name of this file.',
    default: 'experiment',
    minLength: 1,
    maxLength: 80,
    // Names a folder on every system: no separators, no characters that Windows refuses, no dot or space at an end.
    pattern: '^[^\\s./\\\\<>:"|?*\\u0000-\\u001f]([^/\\\\<>:"|?*\\u0000-\\u001f]*[^\\s./\\\\<>:"|?*\\u0000-\\u001f])?$',
  }),
  seed: integer('Seed of the run: weights, tasks drawn, sampling. The same seed gives the same run.', 1, 0, 2 ** 31 - 1),
  world: worldSection,
  policy: policySection,
  warmStart: warmStartSection,
  rollout: rolloutSection,
  reward: rewardSection,
  credit: creditSection,
  algorithm: algorithmSection,
  evaluation: evaluationSection,
  checkpoints: checkpointsSection,
  output: outputSection,
  engine: engineSection,
});

type Fixed<T> = T extends readonly (infer Item)[]
  ? readonly Item[]
  : T extends object
    ? { readonly [Key in keyof T]: Fixed<T[Key]> }
    : T;

/** An experiment with every default filled in. Nothing changes it after validation. */
export type Experiment = Fixed<Static<typeof experimentSchema>>;
