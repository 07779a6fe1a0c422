// Makes everything under dist: the command line, the extension, the pages. `npm run build`; silent unless something is wrong.
import { existsSync, readdirSync, realpathSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNotices } from './notices.mjs';
import { bundlePages } from './pages.mjs';
import { put } from './put.mjs';
import { install, root } from './setup.mjs';
import { bundleTfjs } from './tfjs.mjs';

export const commandLine = join(root, 'dist', 'cli.mjs');

/** What decides what is in dist. */
const sources = ['src', 'webview', 'package.json', 'package-lock.json'];

/** Time of the last change under a path. Folders count: they change when a file in them is removed. */
function changed(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return 0;
  if (!entry.isDirectory()) return entry.mtimeMs;
  return readdirSync(path, { withFileTypes: true }).reduce((newest, child) => {
    const inner = join(path, child.name);
    return Math.max(newest, child.isDirectory() || child.isFile() ? changed(inner) : 0);
  }, entry.mtimeMs);
}

/** Whether a source is newer than the bundle. Looks at times only: some milliseconds. */
export function isStale() {
  const made = statSync(commandLine, { throwIfNoEntry: false });
  return !made || sources.some((path) => changed(join(root, path)) > made.mtimeMs);
}

/** How the extension is bundled. Of packages the ES modules are taken: the other form of jsonc-parser finds its parts by a `require` that no bundler follows. */
export const extensionOptions = { platform: 'node', format: 'cjs', external: ['vscode'], mainFields: ['module', 'main'] };

/** Bundles a program. Gives the files that went into it. */
async function bundleProgram(options) {
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({ bundle: true, write: false, metafile: true, platform: 'node', target: 'node20', logLevel: 'error', absWorkingDir: root, ...options });
  for (const { path, contents } of outputFiles) put(path, Buffer.from(contents));
  return Object.keys(metafile.inputs);
}

/**
 * Bundles everything. The engine is native, so it stays a package, which `src/compute/onnx/runtime.ts` finds when it is asked for: help
 * needs no engine, and a machine without one must be told so, command by command. The times of sources are taken before, so that a change
 * during the work makes the bundle stale.
 */
export async function bundle() {
  const started = new Date();
  await bundleTfjs();
  const pages = Object.keys((await bundlePages()).inputs);
  const extension = join(root, 'src', 'extension.ts');
  const host = existsSync(extension) ? await bundleProgram({ entryPoints: [extension], outfile: join(root, 'dist', 'extension.cjs'), ...extensionOptions }) : [];
  // Last: its time says when all of it was made.
  const program = await bundleProgram({
    entryPoints: [join(root, 'src', 'cli.ts')], outfile: commandLine, format: 'esm', mainFields: ['module', 'main'],
    // Packages that were written for CommonJS call `require`, which modules do not have.
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
  });
  writeNotices([...pages, ...host, ...program]);
  utimesSync(commandLine, started, started);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  install();
  await bundle();
}
