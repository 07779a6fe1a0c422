/** An adapter that PEFT or this program wrote: its factors, if they are of the kind and shapes that are asked for. */
import { join } from 'node:path';
import { notAnAdapter, peftFiles, tellingOfAdapters } from '../config/named-files.ts';
import { factorShapes, type Adapter } from '../policy/adapter.ts';
import { weightShapes, type Weights } from '../policy/weights.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { openTensors } from './model-shards.ts';
import { peftName } from './export/peft.ts';
import { presentIn } from './present.ts';
import { readJson } from './read-json.ts';

/** Settings of PEFT that change what an adapter computes, and what is run here. */
const supported: readonly (readonly [name: string, value: unknown])[] = [
  ['peft_type', 'LORA'], ['bias', 'none'], ['fan_in_fan_out', false], ['use_rslora', false], ['use_dora', false], ['modules_to_save', null], ['layers_to_transform', null],
  ['lora_bias', false], ['exclude_modules', null], ['layer_replication', null], ['target_parameters', null], ['trainable_token_indices', null], ['use_qalora', false], ['alora_invocation_tokens', null],
];

/** Beginnings of `init_lora_weights` that leave the model as it is (PEFT's `LoraLayer.update_layer`); true and false do too. */
const harmless: readonly unknown[] = [true, false, 'gaussian', 'eva', 'orthogonal', 'mica'];
/** Those that PEFT itself can make a plain adapter of, by how their names begin. */
const convertible = /^(pissa|olora|corda)/;

/**
 * Other beginnings take a part of the model out of its weights (PiSSA, OLoRA, CorDA, LoRA-GA) or quantise them (LoftQ), and their factors
 * stand beside what is left. PEFT does that again when it loads them, and writes `true` here for those that it has converted.
 * @throws naming the beginning, and what to do
 */
function checkBeginning(value: unknown, where: string): void {
  const beginning = typeof value === 'string' ? value.toLowerCase() : value ?? true;
  if (harmless.includes(beginning)) return;
  const remedy = typeof beginning === 'string' && convertible.test(beginning)
    ? 'Save it with PEFT\'s save_pretrained and path_initial_model_for_weight_conversion, which makes a plain adapter of it, of twice the rank and alpha.'
    : 'Load it with PEFT, write the model as merge_and_unload gives it, and name that in policy.checkpoint.';
  throw new Error(`${where}: 'init_lora_weights' is ${JSON.stringify(value)}: these factors stand beside weights that were changed when training began, not beside those of the checkpoint. ${remedy}`);
}

/** @throws where the folder holds another kind of adapter, naming the setting */
function checkConfig(json: unknown, { rank, alpha, modules }: Adapter, where: string): void {
  const fields = typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
  const other = supported.find(([name, value]) => (fields[name] ?? value) !== value);
  if (other) throw new Error(`${where}: '${other[0]}' is ${JSON.stringify(fields[other[0]])}; this version runs ${JSON.stringify(other[1])} only.`);
  checkBeginning(fields['init_lora_weights'], where);
  for (const name of ['rank_pattern', 'alpha_pattern'])
    if (Object.keys(fields[name] ?? {}).length > 0) throw new Error(`${where}: '${name}' is set; adapters of one rank and alpha run in this version.`);
  if (!Array.isArray(fields['target_modules'])) throw new Error(`${where}: 'target_modules' is ${JSON.stringify(fields['target_modules'])}; this version runs a list of names, as policy.adapter.modules has it.`);
  const targets = (fields['target_modules'] as unknown[]).map(String).sort();
  const asked = [['rank', 'r', rank, fields['r']], ['alpha', 'lora_alpha', alpha, fields['lora_alpha']], ['modules', 'target_modules', [...modules].sort(), targets]] as const;
  const wrong = asked.find(([, , wanted, found]) => JSON.stringify(wanted) !== JSON.stringify(found));
  if (wrong) throw new Error(`${where}: '${wrong[1]}' is ${JSON.stringify(wrong[3])}, and policy.adapter.${wrong[0]} is ${JSON.stringify(wrong[2])}. Set that to the adapter's.`);
}

/**
 * The factors of a PEFT folder, by this program's names.
 * @throws naming the file, and the setting or tensor that does not fit
 */
export async function readPeft(folder: string, config: PolicyConfig & { readonly adapter: Adapter }): Promise<Weights> {
  checkConfig(readJson(join(folder, peftFiles.config)), config.adapter, join(folder, peftFiles.config));
  const because = notAnAdapter(presentIn(folder, tellingOfAdapters));
  if (because !== undefined) throw new Error(`${folder} ${because}.`);
  const file = await openTensors(join(folder, peftFiles.weights));
  const { adapter, ...base } = config;
  const factors: Record<string, Weights[string]> = {};
  for (const { name, shape } of factorShapes(adapter, weightShapes(base))) {
    const stored = peftName(name);
    if (!file.has(stored)) throw new Error(`${file.where} has no tensor '${stored}'.`);
    const { shape: found, data } = await file.read(stored);
    if (found.join() !== shape.join()) throw new Error(`${file.where}: '${stored}' is [${found}]; policy.adapter and the checkpoint ask for [${shape}].`);
    factors[name] = { shape, dtype: 'float32', data };
  }
  const known = new Set(Object.keys(factors).map(peftName));
  const more = file.names().find((name) => !known.has(name));
  if (more !== undefined) throw new Error(`${file.where} has a tensor '${more}', which policy.adapter and its modules do not name: what it does would be lost.`);
  return factors;
}
