#!/usr/bin/env node
// The program `steptool`, also as `npx .`: in a checkout it installs and bundles what is missing or old, then runs the bundle.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = dirname(fileURLToPath(import.meta.url));
const root = join(build, '..', '..');
if (existsSync(join(root, 'src', 'cli.ts'))) {
  // Loaded only here: an installed package has neither sources nor what bundles them.
  const { install } = await import('./setup.mjs');
  install();
  const { bundle, isStale } = await import('./bundle.mjs');
  if (isStale()) await bundle();
}
await import('../../dist/cli.mjs');
