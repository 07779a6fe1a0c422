/** Tokenizers of real models: what `tokenizers` makes of texts with them, and the files themselves where STEPTOOL_TOKENIZERS has them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenizerFiles } from '../../src/policy/gguf/tokenizer.ts';
import { readTokenizerFiles } from '../../src/run/tokenizer-files.ts';

interface Fixture {
  readonly texts: readonly string[];
  readonly tokenizers: Readonly<Record<string, { readonly sha256: string; readonly ids: number[][] }>>;
}

export interface RealTokenizer {
  readonly name: string;
  readonly texts: readonly string[];
  /** Of each text. */
  readonly ids: number[][];
  readonly sha256: string;
  /** Where its tokenizer.json is; undefined where it is not there. */
  readonly path?: string;
  readonly files?: TokenizerFiles;
}

/** Recorded by test/parity-python/real_tokenizers.py. */
export function realTokenizers(): RealTokenizer[] {
  const { texts, tokenizers } = JSON.parse(readFileSync(new URL('./fixtures/real-tokenizers.json', import.meta.url), 'utf8')) as Fixture;
  const root = process.env['STEPTOOL_TOKENIZERS'] ?? '';
  return Object.entries(tokenizers).map(([name, { ids, sha256 }]) => {
    const folder = join(root, name);
    const path = join(folder, 'tokenizer.json');
    return { name, texts, ids, sha256, ...(root !== '' && existsSync(path) ? { path, files: readTokenizerFiles(path, folder) } : {}) };
  });
}
