/** A policy as a Hugging Face folder, for transformers and vLLM. */
import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toHuggingFace } from '../../policy/hugging-face-config.ts';
import type { TokenizerFiles } from '../../policy/gguf/tokenizer.ts';
import { narrowToBrainHalves, narrowToHalves } from '../../compute/half.ts';
import type { LazyTensor } from '../../policy/merge.ts';
import { valueHead } from '../../policy/weights.ts';
import { bytesOfTensor, safetensorsHeader, type StoredTensor, type StoredType } from '../folder/safetensors.ts';
import type { Exported } from './gguf.ts';
import { readJson } from '../read-json.ts';
import { moreTemplates } from '../tokenizer-files.ts';
import { held } from './held.ts';
import { writeParts, type Watch } from './write-parts.ts';

export const tensorTypes = { f32: 'float32', f16: 'float16', bf16: 'bfloat16' } as const;
export type TensorType = keyof typeof tensorTypes;
const dtypes = { f32: 'F32', f16: 'F16', bf16: 'BF16' } as const satisfies Readonly<Record<TensorType, StoredType>>;

/** The value head's own file, in a folder of its own: of a model's folder vLLM reads every safetensors file that no index leaves out. */
export const valueHeadFile = 'value_head/value_head.safetensors';

/** What a folder may have beside its weights and its configs; a model keeps its own, byte for byte. */
const ownFiles = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.json', 'merges.txt', 'tokenizer.model', 'chat_template.jinja'];

const generationConfig = 'generation_config.json';

/** A tensor as it is stored. @throws where the type cannot hold it */
function stored({ name, shape, data: numbers }: LazyTensor, type: TensorType): StoredTensor {
  switch (type) {
    case 'f32': return { dtype: 'F32', shape, data: held(name, numbers(), 'F32') };
    case 'f16': return { dtype: 'F16', shape, data: narrowToHalves(held(name, numbers(), 'F16')) };
    case 'bf16': return { dtype: 'BF16', shape, data: narrowToBrainHalves(held(name, numbers(), 'BF16')) };
  }
}

/** Writes a safetensors file, a tensor at a time. */
async function writeTensors(path: string, tensors: readonly LazyTensor[], type: TensorType, watch?: Watch): Promise<void> {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const labels = Object.fromEntries(tensors.map(({ name, shape }) => [name, { dtype: dtypes[type], shape }]));
  const { header, names, bytes } = safetensorsHeader(labels, { format: 'pt' });
  function* parts(): Generator<Uint8Array> {
    yield header;
    for (const name of names) yield bytesOfTensor(name, stored(byName.get(name)!, type));
  }
  await writeParts(path, parts(), bytes, watch);
}

/** How transformers is to read a tokenizer.json, where the model does not say so itself. */
const tokenizerConfig = ({ endTokens, bosToken, startToken }: TokenizerFiles, context: number): object => ({
  tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: context, clean_up_tokenization_spaces: false, add_bos_token: startToken !== undefined,
  model_input_names: ['input_ids', 'attention_mask'], // a decoder knows no token types
  ...(bosToken === undefined ? {} : { bos_token: bosToken }), ...(endTokens[0] === undefined ? {} : { eos_token: endTokens[0] }),
});

/**
 * Writes the folder: weights without an adapter, the value head in a file of its own.
 * @param source the folder that the model came from, if it was one
 */
export async function writeHuggingFace(folder: string, { config, tensors, template }: Exported, tokenizer: TokenizerFiles, type: TensorType, source?: string, watch?: Watch): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: object): void => writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const tokens = ((tokenizer.json as { added_tokens?: readonly { id: number; content: string }[] }).added_tokens ?? []);
  const idOf = (token: string | undefined): number | undefined => tokens.find(({ content }) => content === token)?.id;
  const ends = tokenizer.endTokens.map(idOf).filter((id) => id !== undefined);
  const ids = { ...(ends.length === 0 ? {} : { eos_token_id: ends.length === 1 ? ends[0] : ends }), ...(idOf(tokenizer.bosToken) === undefined ? {} : { bos_token_id: idOf(tokenizer.bosToken) }) };
  write('config.json', { ...toHuggingFace(config), torch_dtype: tensorTypes[type], ...ids });
  const own = source === undefined ? [] : ownFiles.filter((name) => existsSync(join(source, name)));
  for (const name of own) copyFileSync(join(source!, name), join(folder, name));
  // the template that the policy was trained in takes the place of all of the model's
  if (source !== undefined && template === undefined && existsSync(join(source, moreTemplates))) cpSync(join(source, moreTemplates), join(folder, moreTemplates), { recursive: true });
  // how its own text is drawn stays; what ends it is what the policy was trained to end with, too
  const drawn = source !== undefined && existsSync(join(source, generationConfig)) ? readJson(join(source, generationConfig)) as object : {};
  write(generationConfig, { ...drawn, ...ids });
  const made = { 'tokenizer.json': tokenizer.json, 'tokenizer_config.json': tokenizerConfig(tokenizer, config.context) };
  for (const [name, value] of Object.entries(made)) if (!own.includes(name)) write(name, value);
  const ours = own.length === 0 ? tokenizer : undefined;
  const chat = template ?? ours?.otherTemplate ?? ours?.chatTemplate;
  if (chat !== undefined) writeFileSync(join(folder, 'chat_template.jinja'), chat);
  if (template === undefined && ours?.otherTemplate !== undefined && ours.chatTemplate !== undefined) { // one of the two is for tools
    mkdirSync(join(folder, moreTemplates));
    writeFileSync(join(folder, moreTemplates, 'tool_use.jinja'), ours.chatTemplate);
  }
  const isHead = ({ name }: LazyTensor): boolean => name === valueHead.weight || name === valueHead.bias;
  await writeTensors(join(folder, 'model.safetensors'), tensors.filter((tensor) => !isHead(tensor)), type, watch);
  mkdirSync(dirname(join(folder, valueHeadFile)), { recursive: true });
  await writeTensors(join(folder, valueHeadFile), tensors.filter(isHead), 'f32', { signal: watch?.signal });
}
