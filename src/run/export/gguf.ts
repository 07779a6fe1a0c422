/** A policy as one GGUF file, for llama.cpp. Tensors are quantised and written one at a time. */
import { open } from 'node:fs/promises';
import { ggufNames, permuted, turnedHeads } from '../../policy/gguf/config.ts';
import { angleDivisors, architectureOf, describeModel, describeTokenizer } from '../../policy/gguf/describe.ts';
import { quantize, type WritableType } from '../../policy/gguf/quantize.ts';
import type { TokenizerFiles } from '../../policy/gguf/tokenizer.ts';
import { blockOf } from '../../policy/gguf/types.ts';
import { ggufHeader, paddingAfter, type Planned } from '../../policy/gguf/write.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import type { Weights } from '../../policy/weights.ts';

export interface Exported {
  readonly config: PolicyConfig;
  /** Without an adapter. */
  readonly weights: Weights;
  readonly name: string;
}

/** Matrices are stored as asked for, where rows are whole blocks; vectors always as F32, as llama.cpp wants them. */
function typeOf(shape: readonly number[], wanted: WritableType): WritableType {
  if (shape.length < 2) return 'F32';
  return shape.at(-1)! % blockOf(wanted).elements === 0 ? wanted : 'F16';
}

/**
 * Writes the file. The value head is left out: the format has no place for it.
 * @param tokenizerWhere names the tokenizer in errors
 * @throws for a tokenizer that the format cannot describe
 */
export async function writeGguf(path: string, { config, weights, name }: Exported, tokenizer: TokenizerFiles, type: WritableType, tokenizerWhere: string): Promise<void> {
  const metadata = new Map([...describeModel(config, name, type), ...describeTokenizer(tokenizer, config.vocabulary, tokenizerWhere)]);
  const turned = architectureOf(config) === 'llama' ? turnedHeads(config) : new Map<string, number>();
  const divisors = angleDivisors(config);
  const names = ggufNames(config);
  const tensors: (Planned & { readonly data: () => Float32Array })[] = [
    ...(divisors ? [{ name: 'rope_freqs.weight', type: 'F32' as const, shape: [divisors.length], data: () => divisors }] : []),
    ...Object.entries(weights).flatMap(([ours, { shape, data }]) => {
      const theirs = names.get(ours);
      const heads = turned.get(ours);
      return theirs === undefined ? [] : [{ name: theirs, type: typeOf(shape, type), shape, data: () => (heads === undefined ? data : permuted(data, heads, shape[1] ?? 1)) }];
    }),
  ];
  const file = await open(path, 'wx');
  try {
    await file.writeFile(ggufHeader(metadata, tensors));
    for (const tensor of tensors) {
      const bytes = quantize(tensor.type, tensor.data());
      await file.writeFile(bytes);
      await file.writeFile(paddingAfter(bytes.length));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
