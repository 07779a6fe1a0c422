/** What the doctor says of the policy that an experiment file names. */
import type { Experiment } from '../config/schema.ts';
import { parameterCount, trainedCount } from '../policy/weights.ts';
import type { Sizes } from '../run/training/setup.ts';
import type { Check } from './checks.ts';
import { number } from './numbers.ts';

function named({ checkpoint }: Experiment['policy']): string {
  if (checkpoint === null) return 'random weights';
  return checkpoint === 'bundled' ? 'the bundled policy' : checkpoint;
}

/** Which model, how large, how much of it is trained, and in which format it is spoken to. */
export function checkModel({ policy }: Pick<Experiment, 'policy'>, { config, tokenizer }: Pick<Sizes, 'config' | 'tokenizer'>): Check {
  const [parameters, trained] = [parameterCount(config), trainedCount(config)];
  const adapter = config.adapter ? `, ${number(trained)} of them trained (an adapter of rank ${config.adapter.rank})` : '';
  const format = `dialogue format "${tokenizer.dialogue.name}"${policy.template === null ? '' : ` of ${policy.template}`}`;
  return { name: 'Model', ok: true, detail: `${named(policy)}: ${number(parameters)} parameters${adapter}, ${format}`, figures: { parameters, trained } };
}
