// Makes dist/webview/<page>.js and .css: each page as one classic script that a strict content policy admits by its hash.
import { basename, join } from 'node:path';
import { put } from './put.mjs';
import { root } from './setup.mjs';

/** The pages, by the folder under `webview` whose `main.ts` opens them. */
export const pages = ['report', 'trajectory', 'curves', 'brief'];

/** Bundles all pages into `outdir`, `dist/webview` unless told otherwise. Gives esbuild's metafile, which says what went in. */
export async function bundlePages(outdir = join(root, 'dist', 'webview')) {
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    entryPoints: Object.fromEntries(pages.map((page) => [page, join(root, 'webview', page, 'main.ts')])),
    outdir, bundle: true, write: false, minify: true, platform: 'browser', format: 'iife', target: ['es2022', 'chrome120', 'firefox120', 'safari17'],
    legalComments: 'eof', metafile: true, logLevel: 'error', absWorkingDir: root,
  });
  for (const { path, contents } of outputFiles) put(join(outdir, basename(path)), Buffer.from(contents));
  return metafile;
}
