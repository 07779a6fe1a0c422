/** A policy as a Hugging Face folder, for transformers and vLLM. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { toHuggingFace } from '../../policy/hugging-face-config.ts';
import type { TokenizerFiles } from '../../policy/gguf/tokenizer.ts';
import { narrowToBrainHalves, narrowToHalves } from '../../policy/half.ts';
import { valueHead, type Weights } from '../../policy/weights.ts';
import { encodeSafetensors, type StoredTensors } from '../folder/safetensors.ts';
import type { Exported } from './gguf.ts';

export const tensorTypes = { f32: 'float32', f16: 'float16', bf16: 'bfloat16' } as const;
export type TensorType = keyof typeof tensorTypes;

/** The value head's own file: transformers reads nothing of this name. */
export const valueHeadFile = 'value_head.safetensors';

/** What a folder may have beside its weights and config.json; a model keeps its own, byte for byte. */
const ownFiles = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.json', 'merges.txt', 'tokenizer.model', 'chat_template.jinja', 'generation_config.json'];

const narrowed = (weights: Weights, type: TensorType): StoredTensors =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => {
    switch (type) {
      case 'f32': return [name, { dtype: 'F32', shape, data }];
      case 'f16': return [name, { dtype: 'F16', shape, data: narrowToHalves(data) }];
      case 'bf16': return [name, { dtype: 'BF16', shape, data: narrowToBrainHalves(data) }];
    }
  }));

/** Writes a file part by part, and waits for the disk. */
export async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** How transformers is to read a tokenizer.json, where the model does not say so itself. */
const tokenizerConfig = ({ endTokens, bosToken, startToken }: TokenizerFiles, context: number): object => ({
  tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: context, clean_up_tokenization_spaces: false, add_bos_token: startToken !== undefined,
  ...(bosToken === undefined ? {} : { bos_token: bosToken }), ...(endTokens[0] === undefined ? {} : { eos_token: endTokens[0] }),
});

/**
 * Writes the folder: weights without an adapter, the value head in a file of its own.
 * @param source the folder that the model came from, if it was one
 */
export async function writeHuggingFace(folder: string, { config, weights }: Exported, tokenizer: TokenizerFiles, type: TensorType, source?: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: object): void => writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const tokens = ((tokenizer.json as { added_tokens?: readonly { id: number; content: string }[] }).added_tokens ?? []);
  const idOf = (token: string | undefined): number | undefined => tokens.find(({ content }) => content === token)?.id;
  const ends = tokenizer.endTokens.map(idOf).filter((id) => id !== undefined);
  const ids = { ...(ends.length === 0 ? {} : { eos_token_id: ends.length === 1 ? ends[0] : ends }), ...(idOf(tokenizer.bosToken) === undefined ? {} : { bos_token_id: idOf(tokenizer.bosToken) }) };
  write('config.json', { ...toHuggingFace(config), torch_dtype: tensorTypes[type], ...ids });
  const own = source === undefined ? [] : ownFiles.filter((name) => existsSync(join(source, name)));
  for (const name of own) copyFileSync(join(source!, name), join(folder, name));
  const made = { 'tokenizer.json': tokenizer.json, 'tokenizer_config.json': tokenizerConfig(tokenizer, config.context), 'generation_config.json': ids };
  for (const [name, value] of Object.entries(made)) if (!own.includes(name)) write(name, value);
  if (own.length === 0 && tokenizer.chatTemplate !== undefined) writeFileSync(join(folder, 'chat_template.jinja'), tokenizer.chatTemplate);
  const isHead = (name: string): boolean => name === valueHead.weight || name === valueHead.bias;
  const [head, rest] = [true, false].map((wanted) => Object.fromEntries(Object.entries(weights).filter(([name]) => isHead(name) === wanted)));
  await writeParts(join(folder, 'model.safetensors'), encodeSafetensors(narrowed(rest, type), { format: 'pt' }));
  await writeParts(join(folder, valueHeadFile), encodeSafetensors(narrowed(head, 'f32'), { format: 'pt' }));
}
