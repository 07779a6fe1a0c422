// GGUF files that are exported, run by llama.cpp: it writes the tokens that this program writes, and cuts texts where this program cuts
// them. `npm run test:llama-cpp` fetches what this needs: node-llama-cpp (STEPTOOL_LLAMA_CPP names its folder) and real models'
// tokenizers (STEPTOOL_TOKENIZERS, a folder of each); STEPTOOL_SMOLLM2_GGUF names SmolLM2-135M-Instruct.Q4_1.gguf, where it is there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { react } from '../../src/policy/dialogue/formats.ts';
import { Generator, type NextToken } from '../../src/policy/generator.ts';
import { ggufTokenizer, type TokenizerFiles } from '../../src/policy/gguf/tokenizer.ts';
import { mergedTensors } from '../../src/policy/merge.ts';
import { greedyToken } from '../../src/policy/sampling.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import type { Weights } from '../../src/policy/weights.ts';
import { writeGguf } from '../../src/run/export/gguf.ts';
import { openGguf } from '../../src/run/gguf-file.ts';
import { openCheckpoint } from '../../src/run/open-checkpoint.ts';
import { readPolicy } from '../../src/run/policy-folder.ts';
import { onnx } from '../compute/both-engines.ts';
import { livelyWeights, tiny } from '../policy/tiny.ts';
import { realTokenizers } from './real-tokenizers.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = process.env['STEPTOOL_LLAMA_CPP'] ?? '';
const skip = existsSync(folder) ? false : 'SKIPPED: no export was run by llama.cpp; npm run test:llama-cpp fetches it';

interface Answer {
  readonly ids: number[][];
  readonly continuations: { token: number; best: [id: number, probability: number][] }[][];
}
function ask(path: string, question: { texts?: readonly string[]; prompts?: readonly (readonly number[])[]; steps?: number }): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('../llama-cpp/ask.mjs'), folder, path], { input: JSON.stringify(question), encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(status, 0, `llama.cpp does not take the file: ${stderr.split('\n').slice(-8).join('\n')}`);
  return JSON.parse(stdout) as Answer;
}

function temporary(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'steptool-llama-cpp-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Holds what llama.cpp goes on with against this program's probabilities. @returns the largest difference of a log-probability */
async function compare(t: TestContext, path: string, config: PolicyConfig, weights: Weights, prompt: readonly number[], steps: number, tolerance: number): Promise<number> {
  const [theirs] = ask(path, { prompts: [prompt], steps }).continuations;
  assert.ok(theirs.length >= Math.min(steps, 3), `only ${theirs.length} tokens`); // fewer where it ends its turn
  const programs = new ProgramCache(onnx);
  t.after(() => programs.dispose());
  const generator = new Generator(programs, config, weights, 1, 1);
  const [{ cache, next: first }] = await generator.prompt([prompt]);
  generator.cache.place(0, cache);
  let next: NextToken = first;
  let worst = 0;
  for (const [step, { token, best }] of theirs.entries()) {
    const { probabilities, row } = next;
    for (const [id, probability] of best) {
      const difference = Math.abs(Math.log(probability) - Math.log(probabilities[row * config.vocabulary + id]));
      worst = Math.max(worst, difference);
      assert.ok(difference < tolerance, `token ${id} of step ${step}: its log-probability differs by ${difference}`);
    }
    // two tokens that lie closer together than rounding reaches may change places
    const isDraw = Math.log(best[0][1] / best[1][1]) < 2 * tolerance;
    if (!isDraw) assert.equal(greedyToken(probabilities, row, config.vocabulary), token, `step ${step}`);
    if (step + 1 < theirs.length) next = (await generator.step(Int32Array.of(token)))(0);
  }
  return worst;
}

const exported = (config: PolicyConfig, weights: Weights) => ({ config: { ...config, context: Math.max(config.context, 64) }, tensors: mergedTensors({ config, weights }), name: 'x' });
/** A tokenizer of as many tokens as need be: only ids are asked about. */
const anyTokenizer: TokenizerFiles = {
  json: { added_tokens: [{ id: 0, content: '<|end|>', special: true }], pre_tokenizer: { type: 'ByteLevel', use_regex: true }, model: { type: 'BPE', vocab: { a: 1, b: 2, ab: 3, 'Ġ': 4 }, merges: ['a b'] } },
  endTokens: ['<|end|>'],
};

const prompt = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
const models: [name: string, read: () => Promise<{ config: PolicyConfig; weights: Weights }>][] = [
  ...['llama2', 'llama3', 'llama-bias', 'mistral', 'qwen2', 'qwen3', 'smollm2'].map((name): (typeof models)[number] => [name, () => readPolicy(at(`./fixtures/${name}`))]),
  ['a policy with an adapter', () => {
    const config = { ...tiny, adapter: { rank: 3, alpha: 6, modules: ['q_proj', 'v_proj', 'down_proj'] } };
    return Promise.resolve({ config, weights: livelyWeights(config, 3) });
  }],
];
for (const [name, read] of models)
  test(`${name}: llama.cpp goes on as this program does`, { skip }, async (t) => {
    const { config, weights } = await read();
    const path = join(temporary(t), 'x.gguf');
    await writeGguf(path, exported(config, weights), anyTokenizer, 'F32', 'tokenizer.json');
    const steps = config.window === undefined ? 16 : config.window - 4; // the file says no longer context
    t.diagnostic(`largest difference of a log-probability: ${(await compare(t, path, { ...config, context: config.window ?? config.context }, weights, prompt.slice(0, config.window && 4), steps, 1e-2)).toExponential(1)}`);
  });

/** Where llama.cpp goes its own way, whoever made the file: no Unicode normalisation, added tokens that are not special found in texts, and marks of Indic and Thai letters cut off. */
function isItsOwn(text: string, { json }: TokenizerFiles): boolean {
  const { normalizer, added_tokens: added, pre_tokenizer: pre } = json as { normalizer: object | null; pre_tokenizer: object | null; added_tokens: { content: string; special: boolean }[] };
  return (JSON.stringify(normalizer).includes('NFC') && text.normalize('NFC') !== text)
    || added.some(({ content, special }) => !special && text.includes(content))
    || (JSON.stringify(pre).includes('p{Lu}') && /[\u0900-\u097f\u0e00-\u0e7f]/.test(text));
}

for (const { name, texts, ids, files } of realTokenizers())
  test(`${name}: llama.cpp cuts texts as the tokenizer does, from what the export says of it`, { skip: skip || files === undefined && 'SKIPPED: the tokenizer is not there' }, async (t) => {
    const { config: sizes } = await readPolicy(at('./fixtures/llama2'));
    const { model, added_tokens: added } = files!.json as { model: { vocab: Record<string, number> }; added_tokens: { id: number }[] };
    const vocabulary = [...Object.values(model.vocab), ...added.map(({ id }) => id)].reduce((most, id) => Math.max(most, id), 0) + 1;
    const config: PolicyConfig = { ...sizes, vocabulary, context: 512 };
    const path = join(temporary(t), 'x.gguf');
    await writeGguf(path, exported(config, livelyWeights(config, 1)), files!, 'F16', name);
    const theirs = ask(path, { texts }).ids;
    const differ = texts.filter((_, i) => theirs[i].join() !== ids[i].join());
    t.diagnostic(`${texts.length - differ.length} of ${texts.length} texts alike`);
    assert.deepEqual(differ.filter((text) => !isItsOwn(text, files!)), []);
    // and read back here
    const { json, endTokens, ...rest } = ggufTokenizer((await openGguf(path)).header, path);
    assert.deepEqual(rest, (({ json: _, endTokens: __, ...said }) => said)(files!));
    assert.deepEqual([endTokens[0], new Set(endTokens)], [files!.endTokens[0], new Set(files!.endTokens)]);
    const back = new Tokenizer(json, name, { dialogue: react(endTokens[0]) });
    for (const [i, text] of texts.entries()) assert.deepEqual([...back.encode(text)], ids[i], JSON.stringify(text));
  });

const smollm2 = process.env['STEPTOOL_SMOLLM2_GGUF'] ?? '';
test('SmolLM2-135M-Instruct, exported in F16: llama.cpp goes on as this program does, from the same tokens', { skip: skip || !existsSync(smollm2) && 'SKIPPED: STEPTOOL_SMOLLM2_GGUF names no file' }, async (t) => {
  const checkpoint = await openCheckpoint(smollm2);
  const weights = await checkpoint.weights();
  const path = join(temporary(t), 'x.gguf');
  await writeGguf(path, { ...exported(checkpoint.config, weights), name: 'SmolLM2' }, ggufTokenizer((await openGguf(smollm2)).header, smollm2), 'F16', smollm2);
  const { cases } = JSON.parse(readFileSync(at('./fixtures/smollm2.json'), 'utf8')) as { cases: { text: string; textIds: number[]; prompt: number[] }[] };
  assert.deepEqual(ask(path, { texts: cases.map(({ text }) => text) }).ids, cases.map(({ textIds }) => textIds));
  const config = { ...checkpoint.config, context: 256 };
  t.diagnostic(`largest difference of a log-probability: ${(await compare(t, path, config, weights, cases[0].prompt, 16, 0.1)).toExponential(1)}`);
});
