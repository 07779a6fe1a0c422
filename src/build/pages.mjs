// Makes dist/webview/<page>.js and .css: each page as one classic script that a strict content policy admits by its hash.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './setup.mjs';

/** The pages, by the folder under `webview` whose `main.ts` opens them. */
export const pages = ['report', 'brief'];

function isSame(path, bytes) {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

/** Puts the file in place as a whole and only if it differs: several tests may build the pages at the same time. */
function put(path, bytes) {
  if (isSame(path, bytes)) return;
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, bytes);
  renameSync(beside, path);
}

/** Bundles all pages into `outdir`, `dist/webview` unless told otherwise. Gives esbuild's metafile, which says what went in. */
export async function bundlePages(outdir = join(root, 'dist', 'webview')) {
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    entryPoints: Object.fromEntries(pages.map((page) => [page, join(root, 'webview', page, 'main.ts')])),
    outdir, bundle: true, write: false, minify: true, platform: 'browser', format: 'iife', target: ['es2022', 'chrome120', 'firefox120', 'safari17'],
    legalComments: 'eof', metafile: true, logLevel: 'error', absWorkingDir: root,
  });
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) put(join(outdir, basename(path)), Buffer.from(contents));
  return metafile;
}
