// Installing an engine: in place whole or not at all, whatever fails when; nothing is fetched from a network here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { install, uninstall, type Build, type InstallOptions } from '../../src/compute/install/install.ts';
import { findNpm } from '../../src/compute/install/npm.ts';
import { libraryPath, libraryUrl } from '../../src/compute/install/tensorflow.ts';
import { staysInside } from '../../src/compute/install/unpack.ts';
import { missing } from '../../src/compute/open.ts';
import { tensorflowPackage } from '../../src/compute/packages.ts';
import { cacheFolder, enginesFolder } from '../../src/compute/storage.ts';

/** The user's storage, for one test. */
function storage(t: TestContext): { home: string; engines: string; put: (path: string, text: string) => void } {
  const before = process.env['STEPTOOL_HOME'];
  const home = process.env['STEPTOOL_HOME'] = mkdtempSync(join(tmpdir(), 'steptool-install-'));
  t.after(() => {
    if (before === undefined) delete process.env['STEPTOOL_HOME']; else process.env['STEPTOOL_HOME'] = before;
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });
  const put = (path: string, text: string): void => { mkdirSync(dirname(join(home, path)), { recursive: true }); writeFileSync(join(home, path), text); };
  return { home, engines: join(home, 'engines'), put };
}

const quiet: InstallOptions = { say: () => {} };
const builds = (text: string): Build => async (folder) => { writeFileSync(join(folder, 'library'), text); return { package: 'a package', version: '1.0.0' }; };
const fails: Build = async (folder) => { writeFileSync(join(folder, 'library'), 'half'); throw new Error('the network went away'); };

test('an engine is put in place whole, with a receipt, and taken away again', async (t) => {
  const { engines } = storage(t);
  const folder = await install('tensorflow-cpu', quiet, undefined, builds('first'));
  assert.equal(folder, join(engines, 'tensorflow-cpu'));
  assert.equal(readFileSync(join(folder, 'library'), 'utf8'), 'first');
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'installed.json'), 'utf8')), { package: 'a package', version: '1.0.0' });
  assert.deepEqual(readdirSync(engines), ['tensorflow-cpu']);
  assert.deepEqual([uninstall('tensorflow-cpu'), uninstall('tensorflow-cpu'), readdirSync(engines)], [true, false, []]);
});

test('when building fails nothing half installed remains, and what was there before stays', async (t) => {
  const { engines } = storage(t);
  await assert.rejects(install('cuda', quiet, undefined, fails), /the network went away/);
  assert.deepEqual(readdirSync(engines), []);
  const folder = await install('cuda', quiet, undefined, builds('good'));
  await assert.rejects(install('cuda', quiet, undefined, fails), /the network went away/);
  assert.equal(readFileSync(join(folder, 'library'), 'utf8'), 'good');
  assert.deepEqual(readdirSync(engines), ['cuda']);
});

test('an engine that turns out not to work is taken away, and the one before comes back', async (t) => {
  const { engines } = storage(t);
  const folder = await install('tensorflow-cpu', quiet, undefined, builds('good'));
  const seen: string[] = [];
  const check = async (): Promise<void> => { seen.push(readFileSync(join(folder, 'library'), 'utf8')); throw new Error('it crashes'); };
  await assert.rejects(install('tensorflow-cpu', quiet, check, builds('bad')), /it crashes/);
  assert.deepEqual(seen, ['bad'], 'it is tried in its place');
  assert.equal(readFileSync(join(folder, 'library'), 'utf8'), 'good');
  assert.deepEqual(readdirSync(engines), ['tensorflow-cpu']);
});

test('what an installation left that was killed is cleared away by the next one, and an engine it had put aside comes back', async (t) => {
  const { engines, put } = storage(t);
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  put(`engines/.cuda-old-${dead}/library`, 'the one before');
  put(`engines/.cuda-new-${dead}/library`, 'half');
  put(`engines/.tensorflow-cpu-new-${dead}/library`, 'of another engine');
  put(`engines/.cuda-new-${process.ppid}/library`, 'of one that still runs');
  await assert.rejects(install('cuda', quiet, undefined, fails), /the network went away/);
  assert.equal(readFileSync(join(engines, 'cuda', 'library'), 'utf8'), 'the one before');
  assert.deepEqual(readdirSync(engines).sort(), [`.cuda-new-${process.ppid}`, `.tensorflow-cpu-new-${dead}`, 'cuda'].sort());
  assert.deepEqual([uninstall('cuda'), existsSync(join(engines, 'cuda'))], [true, false]);
});

test('--from a folder of another machine takes it over without a network, and the engine is found', async (t) => {
  const { home, put } = storage(t);
  put('other/node_modules/@tensorflow/tfjs-node/package.json', '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }');
  put('other/node_modules/tar/index.js', '');
  const said: string[] = [];
  await install('tensorflow-cpu', { from: join(home, 'other'), say: (text) => said.push(text) });
  assert.deepEqual(said, [`copying ${join(home, 'other')}`]);
  const found = tensorflowPackage('cpu');
  assert.deepEqual([found?.version, found?.folder], ['4.22.0', join(home, 'engines', 'tensorflow-cpu', 'node_modules', '@tensorflow', 'tfjs-node')]);
  assert.equal(missing('tensorflow:cpu'), undefined);
});

test('--from something that is no engine is refused before anything is fetched', async (t) => {
  const { home, engines, put } = storage(t);
  put('empty/readme.txt', '');
  for (const from of [join(home, 'empty'), join(home, 'nowhere')]) {
    await assert.rejects(install('tensorflow-gpu', { ...quiet, from }), /--from .*: give the archive of libtensorflow .*node_modules\/@tensorflow\/tfjs-node-gpu/);
    if (process.platform === 'linux' && process.arch === 'x64') await assert.rejects(install('cuda', { ...quiet, from }), /--from .*: give onnxruntime-gpu .*\.nupkg; or a folder that has either, or libonnxruntime_providers_cuda\.so and/);
  }
  assert.deepEqual(readdirSync(engines), []);
});

test('where the library comes from: the host that the package names, or the mirror that is set', () => {
  const path = libraryPath('gpu', 'linux', 'x64', '2.9.1');
  assert.equal(path, 'tensorflow/libtensorflow/libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz');
  assert.match(libraryPath('cpu', 'win32', 'x64', '2.9.1'), /cpu-windows-x86_64-2\.9\.1\.zip$/);
  assert.match(libraryPath('cpu', 'darwin', 'arm64', '2.9.1'), /darwin_arm64_cpu/);
  assert.throws(() => libraryPath('gpu', 'darwin', 'arm64', '2.9.1'), /does not exist for darwin arm64/);
  const host = 'https://host.example/builds/addons';
  assert.equal(libraryUrl(path, host, {}), `https://host.example/${path}`);
  assert.equal(libraryUrl(path, host, { CDN_STORAGE: 'https://mirror.example/tf' }), `https://mirror.example/tf/${path}`);
  assert.equal(libraryUrl(path, host, { TFJS_NODE_BASE_URI: 'https://mirror.example/lib-' }), 'https://mirror.example/lib-gpu-linux-x86_64-2.9.1.tar.gz');
});

test('no entry of an archive leaves its folder', () => {
  for (const path of ['../x', 'a/../../x', '/etc/x', 'C:\\x', 'a\\..\\..\\x', '..']) assert.equal(staysInside(path), false, path);
  for (const path of ['lib/x.so', 'a/../b', '..x/y']) assert.equal(staysInside(path), true, path);
});

test('npm is found as a file for Node', (t) => {
  const npm = findNpm();
  assert.ok(npm !== undefined && npm.endsWith('npm-cli.js') && existsSync(npm));
  const { home, put } = storage(t);
  put('bin/node_modules/npm/bin/npm-cli.js', '');
  assert.ok(findNpm({ PATH: join(home, 'bin') }, join(home, 'nowhere', 'node'))?.endsWith('npm-cli.js'), 'as on Windows');
  assert.equal(findNpm({ PATH: home }, join(home, 'nowhere', 'node')), undefined);
});

test('the folders of the user, by system', () => {
  const env = { LOCALAPPDATA: 'L', XDG_DATA_HOME: '/data' };
  assert.deepEqual([enginesFolder(env, 'linux', '/home/a'), cacheFolder({}, 'linux', '/home/a')], [join('/data', 'steptool', 'engines'), join('/home/a', '.cache', 'steptool', 'cache')]);
  assert.equal(enginesFolder(env, 'win32', 'C:'), join('L', 'steptool', 'engines'));
  assert.equal(enginesFolder({}, 'darwin', '/Users/a'), join('/Users/a', 'Library', 'Application Support', 'steptool', 'engines'));
  assert.equal(enginesFolder({ STEPTOOL_HOME: '/elsewhere' }, 'darwin', '/Users/a'), join('/elsewhere', 'engines'));
});
