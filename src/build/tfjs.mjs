// Makes dist/tfjs.mjs, the module `#tfjs`: tfjs-core with all gradients and the plain `cpu` backend in one file. tfjs-core
// registers gradients by side effect from a path that only a bundler can resolve; Node cannot import it as published.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { put } from './put.mjs';
import { root } from './setup.mjs';

const source = `
  import '@tensorflow/tfjs-core/dist/register_all_gradients';
  import '@tensorflow/tfjs-backend-cpu';
  import { enableProdMode } from '@tensorflow/tfjs-core';
  enableProdMode(); // no advice on other backends, no scan of every result for NaN
  export * from '@tensorflow/tfjs-core';
`;

/** What decides what is in the bundle: the versions of packages, and this file. */
const inputs = [join(root, 'package-lock.json'), fileURLToPath(import.meta.url)];

/** The first line of a bundle: it says what the bundle was made from, whatever the times of files say. */
export function madeFrom(paths = inputs) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path)).update('\0');
  return `// made from ${hash.digest('hex')}\n`;
}

/** Makes the bundle unless it was made from the same inputs. */
export async function bundleTfjs(outfile = join(root, 'dist', 'tfjs.mjs'), mark = madeFrom()) {
  if (existsSync(outfile) && readFileSync(outfile).subarray(0, mark.length).toString() === mark) return;
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: root },
    outfile, write: false, bundle: true, platform: 'node', format: 'esm', target: 'node20', mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  put(outfile, Buffer.concat([Buffer.from(mark), outputFiles[0].contents]));
}
