/** What the package holds, as it lies on the disk of who installed it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { installed } from './editor.ts';

const folder = installed();

/** Paths of files from the package's root, with slashes, sorted. */
const filesUnder = (path: string): string[] => readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
  const inner = join(path, entry.name);
  return entry.isDirectory() ? filesUnder(inner) : [relative(folder, inner).replaceAll('\\', '/')];
}).sort();

const files = filesUnder(folder);
const megabytes = (paths: readonly string[]): number => paths.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0) / 1e6;

test('it holds what the editor and the trainer load, and nothing needless', (t) => {
  const needless = files.filter((path) => !/^(\.vsixmanifest|package(\.nls(\.[\w-]+)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt|src\/build\/steptool\.mjs|dist\/(cli\.mjs|extension\.cjs|THIRD-PARTY-NOTICES\.txt|webview\/[\w-]+\.(js|css))|(media|docs|l10n)\/[\w./-]+|examples\/[\w-]+\.steptool\.json|node_modules\/onnxruntime-(node|common)\/.+\.(js|json|node|so\.1|dylib|dll))$/i.test(path));
  assert.deepEqual(needless, []);
  assert.deepEqual(files.filter((path) => /\.(map|d\.ts|ts|vsix|tmp)$/.test(path)), []);
  for (const path of ['dist/cli.mjs', 'dist/extension.cjs', 'dist/THIRD-PARTY-NOTICES.txt', 'media/policy/model.safetensors', 'media/experiment.schema.json', 'examples/quickstart.steptool.json']) assert.ok(files.includes(path), path);
  t.diagnostic(`${files.length} files, ${megabytes(files).toFixed(1)} MB unpacked`);
});

test('of the engine it holds the binaries of this platform alone; all the rest is under 10 MB', () => {
  const isBinary = (path: string): boolean => path.startsWith('node_modules/onnxruntime-node/bin/');
  const here = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/`;
  assert.deepEqual(files.filter((path) => isBinary(path) && !path.startsWith(here)), []);
  assert.ok(files.includes(`${here}onnxruntime_binding.node`));
  assert.ok(megabytes(files.filter((path) => !isBinary(path))) < 10);
});

test('every file that its package.json names is inside', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string; contributes: unknown };
  const named = [manifest.main, ...[...JSON.stringify(manifest.contributes).matchAll(/"(\.?\/?(?:media|dist|l10n|docs)\/[^"*]+\.\w+)"/g)].map(([, path]) => path)].map((path) => path.replace(/^\.\//, ''));
  assert.ok(named.length >= 4);
  assert.deepEqual(named.filter((path) => !files.includes(path)), []);
});

test('its command line runs from there on the Node of the editor, and finds its engine', () => {
  const steptool = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.env['STEPTOOL_TEST_NODE']!, [join(folder, 'dist', 'cli.mjs'), ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  assert.match(steptool('--version'), /\d+\.\d+\.\d+/);
  assert.match(steptool('doctor', '--quick'), /onnx/);
});
