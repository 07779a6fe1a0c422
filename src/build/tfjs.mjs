// Makes dist/tfjs.mjs, the module `#tfjs`: tfjs-core with all gradients and the plain `cpu` backend in one file. tfjs-core
// registers gradients by side effect from a path that only a bundler can resolve; Node cannot import it as published.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const source = `
  import '@tensorflow/tfjs-core/dist/register_all_gradients';
  import '@tensorflow/tfjs-backend-cpu';
  import { enableProdMode } from '@tensorflow/tfjs-core';
  enableProdMode(); // no advice on other backends, no scan of every result for NaN
  export * from '@tensorflow/tfjs-core';
`;

export async function bundleTfjs() {
  const outfile = join(root, 'dist', 'tfjs.mjs');
  if (existsSync(outfile)) return;
  const { build } = await import('esbuild');
  await build({
    stdin: { contents: source, resolveDir: root },
    outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
}
