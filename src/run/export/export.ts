/** A policy for other programs: as a Hugging Face folder, a GGUF file, or an adapter for PEFT. */
import { dirname } from 'node:path';
import { ggufTokenizer, type TokenizerFiles } from '../../policy/gguf/tokenizer.ts';
import { writableTypes, type WritableType } from '../../policy/gguf/quantize.ts';
import { mergedTensors, withoutAdapter } from '../../policy/merge.ts';
import { openCheckpoint } from '../open-checkpoint.ts';
import { openGguf } from '../gguf-file.ts';
import { isGguf } from '../../config/named-files.ts';
import { hasPolicy } from '../policy-folder.ts';
import { readTokenizerFiles } from '../tokenizer-files.ts';
import type { Setup } from '../training/setup.ts';
import { writeGguf } from './gguf.ts';
import { tensorTypes, writeHuggingFace, type TensorType } from './hugging-face.ts';
import { writePeft } from './peft.ts';
import { inPlace } from './place.ts';
import type { Watch } from './write-parts.ts';

/** What is written, and in which types of numbers, the usual one first. */
export const formats = {
  safetensors: ['f32', 'f16', 'bf16'],
  gguf: ['f16', 'q8_0', 'f32'],
  peft: ['f32'],
} as const satisfies Readonly<Record<string, readonly (TensorType | Lowercase<WritableType>)[]>>;
export type Format = keyof typeof formats;

export interface ExportChoice {
  readonly as: Format;
  readonly type: string;
  readonly out: string;
  /** Takes the place of what is there. */
  readonly replace: boolean;
  /** What the model is called, and for an adapter where its base is found. */
  readonly name: string;
}

/** The tokenizer of a file, with the token that ends turns among its end tokens: StepTool's own format has one that no file names. @param end that token */
async function tokenizerOf(path: string, end: string): Promise<TokenizerFiles> {
  const files = isGguf(path) ? ggufTokenizer((await openGguf(path)).header, path) : readTokenizerFiles(path, dirname(path));
  return { ...files, endTokens: [...new Set([...files.endTokens, end])] };
}

export interface Written {
  /** Whole. */
  readonly path: string;
  /** The dialogue format that the policy was trained in, where the export has a chat template that writes another: the model's own. */
  readonly otherFormat?: string;
}

/**
 * Writes the policy of a setup.
 * @throws where the format cannot hold the policy, with what else can; nothing is left behind then
 */
export async function exportPolicy({ config, initial, from, tokenizerFile, template, adapterFolder, tokenizer: trained }: Setup, { as, type, out, replace, name }: ExportChoice, watch?: Watch): Promise<Written> {
  const place = (make: (path: string) => Promise<void>): Promise<string> => inPlace(out, replace, [tokenizerFile, from, adapterFolder].filter((path) => path !== undefined), make);
  if (as === 'peft') return { path: await place((path) => writePeft(path, { config, weights: initial }, name, watch)) };
  const { recompute: _, ...sizes } = withoutAdapter(config);
  // the model's own context, not the shorter one that it was trained with
  const context = from !== undefined && hasPolicy(from) ? (await openCheckpoint(from)).config.context : config.context;
  const policy = { config: { ...sizes, context }, tensors: mergedTensors({ config, weights: initial }), name, ...(template === undefined ? {} : { template }) };
  const tokenizer = await tokenizerOf(tokenizerFile, trained.dialogue.end);
  const { name: format } = trained.dialogue;
  const told = template === undefined && tokenizer.chatTemplate !== undefined && format !== 'chat-template' ? { otherFormat: format } : {};
  switch (as) {
    case 'gguf': {
      const wanted = writableTypes.find((each) => each.toLowerCase() === type)!;
      // llama.cpp puts bos before whatever a chat template writes, where the file says that sequences begin with it
      const asTrained = trained.begins ? tokenizer : { ...tokenizer, startToken: undefined };
      return { path: await place((path) => writeGguf(path, policy, asTrained, wanted, tokenizerFile, watch)), ...told };
    }
    case 'safetensors': {
      const source = isGguf(tokenizerFile) ? undefined : dirname(tokenizerFile);
      return { path: await place((path) => writeHuggingFace(path, policy, tokenizer, type as keyof typeof tensorTypes, source, watch)), ...told };
    }
  }
}
