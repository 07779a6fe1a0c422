import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean; readonly os?: readonly string[] }>>;
}

test('no version of npm runs the install script of the engine, which downloads CUDA libraries and fails without a network', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock;
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Readonly<Record<string, boolean>> };
  const engine = packages['node_modules/onnxruntime-node'];
  assert.ok(engine, 'the engine is in the lock file');
  assert.equal(engine.hasInstallScript, undefined, 'npm 10 would run it: take "hasInstallScript" of onnxruntime-node out of package-lock.json');
  assert.equal(allowScripts['onnxruntime-node'], false, 'npm 11 would run it');
});

test('what other packages run when they are installed has been looked at', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock;
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Readonly<Record<string, boolean>> };
  const names = Object.entries(packages).filter(([, { hasInstallScript, os }]) => hasInstallScript && !os).map(([path]) => path.split('node_modules/').at(-1)!);
  assert.ok(names.length > 0);
  assert.deepEqual(names.filter((name) => !(name in allowScripts)), [], 'npm 11 warns of these at every installation: name them in allowScripts');
});

test('.npmrc says what every version of npm knows', () => {
  const keys = read('.npmrc').split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('=')[0]);
  assert.deepEqual(keys, ['legacy-peer-deps', 'omit-lockfile-registry-resolved', 'fund', 'audit']);
});
