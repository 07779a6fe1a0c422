/** Looks into the model that an experiment names: by headers alone, so that one of any size takes some milliseconds. */
import type { FileField, LookUp } from '../config/named-files.ts';
import type { Experiment } from '../config/schema.ts';
import { readPeft } from '../run/read-peft.ts';
import { openSizes } from '../run/training/setup.ts';

/**
 * @param experimentPath what paths in it are relative to
 * @returns `lookUp` with what is wrong inside; undefined where nothing is, or where there is no model of the user's own
 */
export async function lookInside(experiment: Experiment, experimentPath: string, lookUp: LookUp): Promise<LookUp | undefined> {
  let at: FileField = 'policy.checkpoint';
  try {
    const { model, adapterFolder, config } = await openSizes(experiment, experimentPath);
    await model?.check();
    at = 'policy.adapter.start';
    if (adapterFolder !== undefined && config.adapter) await readPeft(adapterFolder, { ...config, adapter: config.adapter });
    return undefined;
  } catch (error) {
    const because = `cannot be used: ${(error instanceof Error ? error.message : String(error)).replace(/\.$/, '')}`;
    return (field, path) => (field === at ? { kind: 'unfit', because } : lookUp(field, path));
  }
}
