/** Tokenizers of real models: what `tokenizers` makes of texts with them, and the files themselves where STEPTOOL_TOKENIZERS has them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Turn } from '../../src/policy/dialogue/dialogue.ts';
import type { TokenizerFiles } from '../../src/policy/gguf/tokenizer.ts';
import type { ParameterType } from '../../src/world/tool.ts';
import { readTokenizerFiles } from '../../src/run/tokenizer-files.ts';

interface Recorded {
  readonly sha256: string;
  /** Of each text. */
  readonly ids: number[][];
  /** A dialogue in the model's chat template, up to its first turn and up to its second. */
  readonly dialogue?: {
    readonly prompt: number[];
    readonly after: number[];
    /** The template writes a call without a thought. */
    readonly silent?: true;
  };
}
/** What the dialogue says; tools in OpenAI's form, Finish the last. */
interface Said {
  readonly tools: readonly { function: { name: string; description: string; parameters: { properties: Record<string, { type: ParameterType; description: string }>; required: string[] } } }[];
  readonly turn: Turn;
  readonly observation: string;
  readonly system: string;
  readonly query: string;
}
interface Fixture {
  readonly texts: readonly string[];
  readonly said: Said;
  readonly tokenizers: Readonly<Record<string, Recorded>>;
}

export interface RealTokenizer extends Recorded {
  readonly name: string;
  readonly texts: readonly string[];
  readonly said: Said;
  /** Where its tokenizer.json is; undefined where it is not there. */
  readonly path?: string;
  readonly files?: TokenizerFiles;
}

/** Recorded by test/parity-python/real_tokenizers.py. */
export function realTokenizers(): RealTokenizer[] {
  const { texts, said, tokenizers } = JSON.parse(readFileSync(new URL('./fixtures/real-tokenizers.json', import.meta.url), 'utf8')) as Fixture;
  const root = process.env['STEPTOOL_TOKENIZERS'] ?? '';
  return Object.entries(tokenizers).map(([name, recorded]) => {
    const folder = join(root, name);
    const path = join(folder, 'tokenizer.json');
    return { name, texts, said, ...recorded, ...(root !== '' && existsSync(path) ? { path, files: readTokenizerFiles(path, folder) } : {}) };
  });
}
