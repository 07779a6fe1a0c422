/** Looks into the model that an experiment names, by headers alone, and at the first of recorded trajectories (those of a batch, where one must be full): whatever their sizes, that takes a fraction of a second, most of it for prompts. */
import { dirname, resolve } from 'node:path';
import type { FileField, LookUp } from '../config/named-files.ts';
import type { Experiment } from '../config/schema.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { longestPrompt } from '../run/training/prompts.ts';
import { readPeft } from '../run/read-peft.ts';
import { readFirst, requireBatch } from '../run/training/read-first.ts';
import { requireTokens } from '../run/training/recorded.ts';
import { openSizes } from '../run/training/setup.ts';
import { createAtlas } from '../world/atlas/atlas.ts';

export interface Inside {
  /** With what is wrong inside, or else how long the prompts are. */
  readonly lookUp: LookUp;
  /** The sizes of the policy, where nothing is wrong. */
  readonly config?: PolicyConfig;
}

/** @param experimentPath what paths in it are relative to; @param lookUp what is known from outside */
export async function lookInside(experiment: Experiment, experimentPath: string, lookUp: LookUp): Promise<Inside> {
  let at: FileField = 'policy.checkpoint';
  try {
    const { model, adapterFolder, config, tokenizer } = await openSizes(experiment, experimentPath);
    await model?.check();
    at = 'policy.adapter.start';
    if (adapterFolder !== undefined && config.adapter) await readPeft(adapterFolder, { ...config, adapter: config.adapter });
    at = 'policy.tokenizer';
    const world = createAtlas(experiment.world);
    const promptTokens = longestPrompt(world, tokenizer, experiment);
    at = 'rollout.recorded.file';
    const { recorded: { file, lastBatch }, tasksPerIteration, samplesPerTask } = experiment.rollout;
    if (file !== null) {
      const path = resolve(dirname(experimentPath), file);
      requireTokens(readFirst(path, file, world), tokenizer, experiment.rollout);
      if (lastBatch === 'drop') requireBatch(path, file, world, tasksPerIteration * samplesPerTask);
    }
    return {
      config,
      lookUp: (field, path) => {
        const seen = lookUp(field, path);
        return field === 'policy.tokenizer' && seen?.kind === 'found' ? { ...seen, promptTokens } : seen;
      },
    };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const message = said.replace(/^policy\.tokenizer: /, '');
    if (message !== said) at = 'policy.tokenizer';
    const { template } = experiment.policy;
    const ofTemplate = template !== null && message.startsWith(`${template}: `) ? message.slice(template.length + 2).replace(/^its chat template /, '') : undefined;
    if (ofTemplate !== undefined) at = 'policy.template';
    const because = (ofTemplate ?? `cannot be used: ${message}`).replace(/\.$/, '');
    return { lookUp: (field, path) => (field === at ? { kind: 'unfit', because, saysWhatToDo: true } : lookUp(field, path)) };
  }
}
