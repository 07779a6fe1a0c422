import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../../src/build/bundle.mjs';
import { folderWith, program, tinyExperiment } from './program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The bundle as it is when installed: without sources, without any package but the native one that is left out here. */
function installed(t: Parameters<typeof folderWith>[0]): { folder: string; file: string } {
  const folder = folderWith(t, { 'tiny.steptool.json': tinyExperiment.replace('"iterations": 2', '"iterations": 1'), 'seed.json': '{}' });
  for (const path of ['package.json', 'dist/cli.mjs', 'dist/webview', 'media', 'src/build/steptool.mjs']) {
    mkdirSync(dirname(join(folder, 'package', path)), { recursive: true });
    cpSync(join(root, path), join(folder, 'package', path), { recursive: true });
  }
  return { folder, file: join(folder, 'package', 'src', 'build', 'steptool.mjs') };
}

test('an installed package needs no sources, no tools that bundle, and no package but the engine', async (t) => {
  const { folder, file } = installed(t);
  assert.equal((await program(['validate', 'seed.json'], { cwd: folder, file })).code, 0);
  assert.match((await program(['schema', 'credit'], { cwd: folder, file })).out, /^\*\*credit\*\*/);
  const missing = await program(['train', 'tiny.steptool.json'], { cwd: folder, file });
  assert.equal(missing.code, 1);
  assert.match(missing.err, /^steptool train: The engine onnx:cpu could not be loaded: .*"engine": \{ "name": "reference" \}/m);
});

test('the bundle imports no package: it looks for the engine when that is asked for', () => {
  const text = readFileSync(commandLine, 'utf8');
  const imported = [...text.matchAll(/^import .*?from "([^"]+)";$|(?:\bimport|require)\("([^"]+)"\)/gm)].map(([, a, b]) => a ?? b);
  assert.ok(imported.length > 10, 'the pattern finds imports');
  assert.deepEqual(imported.filter((name) => !isBuiltin(name)), []);
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
  assert.deepEqual(Object.keys(dependencies), ['onnxruntime-node'], 'what is bundled is no dependency: whoever installs the package would download it for nothing');
});
