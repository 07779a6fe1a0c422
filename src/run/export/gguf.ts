/** A policy as one GGUF file, for llama.cpp. Tensors are quantised and written one at a time. */
import { ggufNames, permuted, turnedHeads } from '../../policy/gguf/config.ts';
import { angleDivisors, architectureOf, describeModel } from '../../policy/gguf/describe.ts';
import { describeTokenizer } from '../../policy/gguf/describe-tokenizer.ts';
import { quantize, type WritableType } from '../../policy/gguf/quantize.ts';
import type { TokenizerFiles } from '../../policy/gguf/tokenizer.ts';
import { blockOf } from '../../policy/gguf/types.ts';
import { ggufHeader, paddingAfter, type Planned } from '../../policy/gguf/write.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import type { LazyTensor } from '../../policy/merge.ts';
import { held } from './held.ts';
import { writeParts, type Watch } from './write-parts.ts';

export interface Exported {
  /** Without an adapter. */
  readonly config: PolicyConfig;
  readonly tensors: readonly LazyTensor[];
  readonly name: string;
  /** The chat template that the policy was trained in, where that is not the model's own. */
  readonly template?: string;
}

/** Matrices are stored as asked for, where rows are whole blocks; vectors always as F32, as llama.cpp wants them. */
function typeOf(shape: readonly number[], wanted: WritableType): WritableType {
  if (shape.length < 2) return 'F32';
  return shape.at(-1)! % blockOf(wanted).elements === 0 ? wanted : 'F16';
}

/** A tensor in the file. Its numbers are asked for once. */
type Written = Planned & { readonly data: () => Float32Array };

/** The tensors under the file's names, queries and keys with their rows in its order. */
function written({ config, tensors }: Exported, type: WritableType): Written[] {
  const turned = architectureOf(config) === 'llama' ? turnedHeads(config) : new Map<string, number>();
  const names = ggufNames(config);
  const divisors = angleDivisors(config);
  const ours = tensors.flatMap(({ name, shape, data }): Written[] => {
    const theirs = names.get(name);
    const heads = turned.get(name);
    return theirs === undefined ? [] : [{ name: theirs, type: typeOf(shape, type), shape, data: heads === undefined ? data : () => permuted(data(), heads, shape[1] ?? 1) }];
  });
  return divisors ? [{ name: 'rope_freqs.weight', type: 'F32', shape: [divisors.length], data: () => divisors }, ...ours] : ours;
}

function* partsOf(header: Uint8Array, tensors: readonly Written[]): Generator<Uint8Array> {
  yield header;
  for (const { name, type, data } of tensors) {
    const bytes = quantize(type, held(name, data(), type));
    yield bytes;
    yield paddingAfter(bytes.length);
  }
}

/**
 * Writes the file. The value head is left out: the format has no place for it.
 * @param tokenizerWhere names the tokenizer in errors
 * @throws for a tokenizer that the format cannot describe, and for numbers that the type cannot hold
 */
export async function writeGguf(path: string, policy: Exported, own: TokenizerFiles, type: WritableType, tokenizerWhere: string, watch?: Watch): Promise<void> {
  const { config, name, template } = policy;
  const tokenizer = template === undefined ? own : { ...own, chatTemplate: template, otherTemplate: undefined };
  const metadata = new Map([...describeModel(config, name, type), ...describeTokenizer(tokenizer, config.vocabulary, tokenizerWhere)]);
  const tensors = written(policy, type);
  const { header, bytes } = ggufHeader(metadata, tensors);
  await writeParts(path, partsOf(header, tensors), bytes, watch);
}
