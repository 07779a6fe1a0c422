/** Tables of recorded trajectories: made-up ones of test/parity-python/recorded.py, and the authors' where they are. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { trainBpe } from '../../../src/policy/bpe.ts';
import { llama3, qwen2, toolLlama } from '../../../src/policy/dialogue/formats.ts';
import { Tokenizer } from '../../../src/policy/tokenizer.ts';

export const tablePath = (name: 'toolllama' | 'qwen2' | 'llama3-1'): string => fileURLToPath(new URL(`./fixtures/${name}.csv`, import.meta.url));
export const table = (name: Parameters<typeof tablePath>[0]): string => readFileSync(tablePath(name), 'utf8');

/** The folder of the authors' example files, beside the repository or where STEPTOOL_EXAMPLES says; never copied into it. */
const folder = process.env['STEPTOOL_EXAMPLES'] ?? fileURLToPath(new URL('../../../../shared/data/steptool', import.meta.url));
export const authors: string | undefined = existsSync(folder) ? folder : undefined;

/** Control tokens of the three formats, and one of the start. */
const controls = ['<|im_start|>', '<|im_end|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>', '</s>', '<s>'];

/** A tokenizer.json of few tokens, trained on the tables, with the control tokens of all formats. */
export const tokenizerJson = (): object => withControls(trainBpe(['toolllama', 'qwen2'].map((name) => table(name as 'qwen2')), 320));

/** A tokenizer.json with the control tokens of all formats besides its own. */
export function withControls(json: object): object {
  const { added_tokens: added, model } = json as { added_tokens: { id: number }[]; model: { vocab: Record<string, number> } };
  const next = 1 + Math.max(...Object.values(model.vocab), ...added.map(({ id }) => id));
  return { ...json, added_tokens: [...added, ...controls.map((content, i) => ({ id: next + i, content, special: true }))] };
}

export const ends = { toolllama: '</s>', qwen2: '<|im_end|>', 'llama3-1': '<|eot_id|>' } as const;

/** A tokenizer of the format, whose sequences begin with `<s>`. */
export function tokenizerOf(format: keyof typeof ends): Tokenizer {
  const dialogue = { toolllama: toolLlama(ends.toolllama), qwen2, 'llama3-1': llama3 }[format];
  return new Tokenizer(tokenizerJson(), 'tables', { dialogue, endTokens: [ends[format]], startToken: '<s>' });
}
