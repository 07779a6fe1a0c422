// `npm run bench`: speed. `npm run bench -- seeds`: what the quickstart reaches, over seeds. `npm run bench -- trajectories`: the
// trajectory page with 1 GB. `npm run bench -- pytorch`: beside PyTorch. Further arguments are passed on.
import { join } from 'node:path';
import { install, root, run } from './setup.mjs';
import { bundleTfjs } from './tfjs.mjs';

if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
  console.log('npm run bench [-- throughput | seeds | trajectories | pytorch] [-- options]\n\nthroughput (without a name): tokens per second, --rounds n\nseeds: what the quickstart reaches, over seeds\ntrajectories: the trajectory page with 1 GB\npytorch: updates and decoding beside PyTorch, for 1 to 135 million parameters');
  process.exit(0);
}
install();
await bundleTfjs();
const [name, ...args] = process.argv.slice(2);
const named = ['seeds', 'throughput', 'trajectories', 'pytorch'].includes(name);
run(process.execPath, ['--import', 'tsx', join(root, 'test', 'bench', `${named ? name : 'throughput'}.ts`), ...(named ? args : process.argv.slice(2))]);
