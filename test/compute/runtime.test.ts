// Which onnxruntime a process has: with CUDA's libraries installed, the copy that they lie beside, for there is one library a process.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { missing } from '../../src/compute/open.ts';
import { cudaLibrary, cudaPackage, onnxPackage } from '../../src/compute/packages.ts';
import { probe } from '../../src/compute/probe/probe.ts';

const embedded = onnxPackage()!;
const elsewhere = process.platform === 'linux' && process.arch === 'x64' ? false : 'CUDA libraries are for Linux x64 alone';

/** A copy of onnxruntime in the user's storage, with libraries for CUDA beside its own that are none. Gives its folder. */
function installed(t: TestContext, change: (folder: string) => void = () => {}): string {
  const before = process.env['STEPTOOL_HOME'];
  const home = process.env['STEPTOOL_HOME'] = mkdtempSync(join(tmpdir(), 'steptool-runtime-'));
  t.after(() => {
    if (before === undefined) delete process.env['STEPTOOL_HOME']; else process.env['STEPTOOL_HOME'] = before;
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });
  const packages = join(home, 'engines', 'cuda', 'node_modules');
  const folder = join(packages, 'onnxruntime-node');
  for (const path of ['package.json', 'dist', join('bin', 'napi-v6', 'linux', 'x64')]) cpSync(join(embedded.folder, path), join(folder, path), { recursive: true });
  cpSync(join(dirname(embedded.folder), 'onnxruntime-common'), join(packages, 'onnxruntime-common'), { recursive: true });
  for (const name of ['cuda', 'shared']) writeFileSync(join(dirname(cudaLibrary(folder)), `libonnxruntime_providers_${name}.so`), 'not a library');
  change(folder);
  return folder;
}
const trying = (name: 'onnx:cpu' | 'onnx:cuda') => probe({ name, threads: 1, device: 0, bench: false }, { seconds: 600 });

test('the CUDA libraries are looked for where they were installed, and the error names the file', { skip: elsewhere }, async (t) => {
  const folder = installed(t);
  const result = await trying('onnx:cuda');
  assert.ok(!result.ok);
  assert.ok(result.reason.startsWith('the CUDA libraries of onnxruntime cannot be loaded: ') && result.reason.includes(dirname(cudaLibrary(folder))), result.reason);
  assert.match(result.remedy, /steptool engines install cuda/);
});

test('a copy that is damaged takes no other engine along', { skip: elsewhere }, async (t) => {
  installed(t, (folder) => { rmSync(join(folder, 'dist'), { recursive: true }); });
  const result = await trying('onnx:cpu');
  assert.ok(result.ok, JSON.stringify(result));
});

test('a copy of another version is not used, and it is said which', { skip: elsewhere }, (t) => {
  installed(t, (folder) => { writeFileSync(join(folder, 'package.json'), '{ "name": "onnxruntime-node", "version": "1.2.3" }'); });
  assert.equal(cudaPackage(), undefined);
  assert.deepEqual(missing('onnx:cuda'), { reason: `the CUDA libraries that are installed are of onnxruntime 1.2.3, and this program has ${embedded.version}`, remedy: 'steptool engines install cuda, again.' });
});
