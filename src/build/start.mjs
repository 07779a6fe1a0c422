// `npm start`: installs and bundles what is missing, then trains the quickstart. Arguments after `--` go to `steptool train`.
import { join } from 'node:path';
import { root } from './setup.mjs';

process.argv.splice(2, 0, 'train', join(root, 'examples', 'quickstart.steptool.json'));
await import('./steptool.mjs');
