// `npm run bench`: installs what is missing and runs the bench; arguments are passed on.
import { join } from 'node:path';
import { install, root, run } from './setup.mjs';
import { bundleTfjs } from './tfjs.mjs';

install();
await bundleTfjs();
run(process.execPath, ['--import', 'tsx', join(root, 'test', 'bench', 'throughput.ts'), ...process.argv.slice(2)]);
