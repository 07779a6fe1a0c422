/** What is exported, opened by the programs that it is for: `STEPTOOL_PYTHON` names a Python with torch, transformers, peft and gguf. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { Generator } from '../../src/policy/generator.ts';
import type { Weights } from '../../src/policy/weights.ts';
import { onnx } from '../compute/both-engines.ts';

const python = process.env['STEPTOOL_PYTHON'];
const has = (packages: string): boolean => python !== undefined && spawnSync(python, ['-c', `import ${packages}`], { stdio: 'ignore' }).status === 0;
/** Tokenizers need no torch, which is large: `npm run test:exports` does without. */
export const skipTokenizers = has('transformers, jinja2') ? false : 'SKIPPED: no tokenizer was opened by transformers; npm run test:exports fetches it';
export const skip = has('torch, transformers, peft, gguf') ? false : 'SKIPPED: no export was opened by other programs; STEPTOOL_PYTHON names a Python with torch, transformers, peft and gguf';
const script = fileURLToPath(new URL('../parity-python/exports.py', import.meta.url));

/** What test/parity-python/exports.py answers. */
export function ask<T>(...args: readonly string[]): T {
  const { status, stdout, stderr } = spawnSync(python!, [script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(status, 0, stderr.split('\n').slice(-5).join('\n'));
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

const start = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
/** 16 greedy tokens behind the start, as this program writes them; the script has the same start. */
export async function greedy(config: PolicyConfig, weights: Weights): Promise<number[]> {
  const programs = new ProgramCache(onnx);
  const generator = new Generator(programs, config, weights, 1, 1);
  let [{ cache, next }] = await generator.prompt([start]);
  generator.cache.place(0, cache);
  const tokens: number[] = [];
  const { vocabulary } = config;
  for (;;) {
    const row = next.probabilities.subarray(next.row * vocabulary, (next.row + 1) * vocabulary);
    tokens.push(row.indexOf(Math.max(...row)));
    if (tokens.length === 16) break;
    next = (await generator.step(Int32Array.of(tokens.at(-1)!)))(0);
  }
  await programs.dispose();
  return tokens;
}
