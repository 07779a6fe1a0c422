// `npm run make-policy`: makes the policy that comes with the package. Arguments after `--` go to make-policy.ts.
import { join } from 'node:path';
import { install, root, run } from './setup.mjs';
import { bundleTfjs } from './tfjs.mjs';

install();
await bundleTfjs();
run(process.execPath, ['--import', 'tsx', join(root, 'src', 'build', 'make-policy.ts'), ...process.argv.slice(2)]);
