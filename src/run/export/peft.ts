/** Adapters on disk, as PEFT lays them out: adapter_config.json and adapter_model.safetensors. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peftFiles } from '../../config/named-files.ts';
import { isFactor, type Adapter } from '../../policy/adapter.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { numbersOf } from '../../policy/merge.ts';
import type { Weights } from '../../policy/weights.ts';
import { toStored } from '../folder/host-tensors.ts';
import { encodeSafetensors } from '../folder/safetensors.ts';
import { held } from './held.ts';
import { writeParts, type Watch } from './write-parts.ts';

/** PEFT's name of a factor: the model's own, behind the two wrappers that PEFT puts around a model. */
export const peftName = (factor: string): string => `base_model.model.${factor}`;

/** The fields of LoraConfig that say what the adapter is. `base` is where the base model is found. */
const peftConfig = ({ rank, alpha, modules }: Adapter, base: string): object => ({
  peft_type: 'LORA', task_type: 'CAUSAL_LM', base_model_name_or_path: base,
  r: rank, lora_alpha: alpha, lora_dropout: 0, target_modules: [...modules],
  bias: 'none', fan_in_fan_out: false, use_rslora: false, use_dora: false, modules_to_save: null, inference_mode: true,
});

/**
 * Writes a policy's adapter. The value head is not part of it.
 * @throws if the policy has no adapter
 */
export async function writePeft(folder: string, { config, weights }: { config: PolicyConfig; weights: Weights }, base: string, watch?: Watch): Promise<void> {
  if (!config.adapter) throw new Error('This policy has no adapter: all its weights were trained. Export the whole model, with --as safetensors or gguf.');
  const factors = Object.fromEntries(Object.entries(weights).filter(([name]) => isFactor(name)).map(([name, tensor]) => {
    held(name, numbersOf(tensor), 'F32');
    return [peftName(name), tensor];
  }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, peftFiles.config), `${JSON.stringify(peftConfig(config.adapter, base), null, 2)}\n`);
  const parts = encodeSafetensors(toStored(factors), { format: 'pt' });
  await writeParts(join(folder, peftFiles.weights), parts, parts.reduce((sum, { length }) => sum + length, 0), watch);
}
