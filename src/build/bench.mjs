// `npm run bench`: speed. `npm run bench -- <name>`: another bench, by the name of its file in test/bench. Further arguments are passed on.
import { join } from 'node:path';
import { install, root, run } from './setup.mjs';
import { bundleTfjs } from './tfjs.mjs';

const benches = {
  throughput: '(without a name) tokens per second, --rounds n',
  seeds: 'what the quickstart reaches, over seeds',
  pytorch: 'updates and decoding beside PyTorch, for 1 to 135 million parameters',
  profile: 'where each millisecond of an update and of decoding goes, operator by operator',
  scaling: 'how speed changes with sequences, length and width: tables and a plot, --out file.svg',
  model: 'what a language model costs: its folder or .gguf file',
  language: 'what a keystroke in an experiment file of 500 lines costs the editor',
  sidebar: 'the tree with 1,000 runs and a run of 1 GB',
  curves: 'frames a second of the curves page, 10 runs of 10,000 iterations growing',
  trajectories: 'the trajectory page with 1 GB',
};

const [first, ...rest] = process.argv.slice(2);
if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
  console.log(['npm run bench [-- name] [options]', '', ...Object.entries(benches).map(([name, what]) => `${name.padEnd(12)}  ${what}`)].join('\n'));
  process.exit(0);
}
if (first !== undefined && !first.startsWith('-') && !Object.hasOwn(benches, first)) throw new Error(`There is no bench "${first}". The benches: ${Object.keys(benches).join(', ')}.`);
install();
await bundleTfjs();
const [name, args] = first !== undefined && Object.hasOwn(benches, first) ? [first, rest] : ['throughput', process.argv.slice(2)];
run(process.execPath, ['--import', 'tsx', join(root, 'test', 'bench', `${name}.ts`), ...args]);
