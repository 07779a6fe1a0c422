// The archives that carry CUDA's libraries: what of them is taken, and which are refused, before anything is fetched.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkLibrary, librariesIn } from '../../src/compute/install/cuda-archive.ts';
import { install } from '../../src/compute/install/install.ts';
import { unpackZip } from '../../src/compute/install/unpack.ts';
import { onnxPackage } from '../../src/compute/packages.ts';
import { zip } from './zip.ts';

const embedded = onnxPackage()!;
const { version } = embedded;
const elsewhere = process.platform === 'linux' && process.arch === 'x64' ? false : 'CUDA libraries are for Linux x64 alone';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'steptool-cuda-'));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

interface Wheel { readonly name?: string; readonly has?: string; readonly tag?: string; readonly libraries?: readonly string[] }
const wheel = (path: string, { name = 'onnxruntime-gpu', has = version, tag = 'cp311-cp311-manylinux_2_28_x86_64', libraries = ['cuda', 'shared'] }: Wheel = {}): string => zip(path, {
  'onnxruntime/__init__.py': 'import capi', 'onnxruntime/capi/libonnxruntime.so.1': 'another library', 'onnxruntime/capi/libonnxruntime_providers_tensorrt.so': 'not asked for',
  ...Object.fromEntries(libraries.map((each) => [`onnxruntime/capi/libonnxruntime_providers_${each}.so`, each])),
  'elsewhere/libonnxruntime_providers_cuda.so': 'a decoy',
  'onnxruntime_gpu.dist-info/METADATA': `Metadata-Version: 2.4\nName: ${name}\nVersion: ${has}\nSummary: a runtime\n\nVersion: 0.0.0 in the text below`,
  'onnxruntime_gpu.dist-info/WHEEL': `Wheel-Version: 1.0\nTag: ${tag}\n`,
});

test('of a wheel and of a .nupkg the two libraries are taken, and for nobody else to write', (t) => {
  const here = folder(t);
  const nupkg = zip(join(here, 'a.nupkg'), {
    'Microsoft.ML.OnnxRuntime.Gpu.Linux.nuspec': `<package><metadata><id>Microsoft.ML.OnnxRuntime.Gpu.Linux</id><version>${version}</version></metadata></package>`,
    'runtimes/linux-x64/native/libonnxruntime_providers_cuda.so': 'cuda', 'runtimes/linux-x64/native/libonnxruntime_providers_shared.so': 'shared', 'runtimes/linux-x64/native/libonnxruntime.so': 'another',
  });
  for (const archive of [wheel(join(here, 'a.whl')), wheel(join(here, 'local.WHL'), { has: `${version}+cu13` }), nupkg]) {
    const to = join(here, `from-${basename(archive)}`);
    mkdirSync(to);
    const members = librariesIn(archive, version);
    unpackZip(archive, to, (path) => members.includes(path));
    assert.deepEqual(readdirSync(to).sort(), ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so']);
    assert.equal(readFileSync(join(to, 'libonnxruntime_providers_cuda.so'), 'utf8'), 'cuda');
    if (process.platform !== 'win32') assert.equal(statSync(join(to, 'libonnxruntime_providers_cuda.so')).mode & 0o022, 0);
  }
});

test('what does not fit is refused with what it is and what to give, before anything is fetched', { skip: elsewhere }, async (t) => {
  const home = folder(t);
  const before = process.env['STEPTOOL_HOME'];
  process.env['STEPTOOL_HOME'] = home;
  t.after(() => { if (before === undefined) delete process.env['STEPTOOL_HOME']; else process.env['STEPTOOL_HOME'] = before; });
  writeFileSync(join(home, 'torn.whl'), 'PK');
  writeFileSync(join(home, 'a.tgz'), 'no zip');
  const cases: [string, RegExp][] = [
    [wheel(join(home, 'old.whl'), { has: '1.29.0' }), /old\.whl: it is onnxruntime-gpu 1\.29\.0, and the onnxruntime-node of this program is \d/],
    [wheel(join(home, 'cpu.whl'), { name: 'onnxruntime' }), /it is onnxruntime \S+, which has no CUDA libraries/],
    [wheel(join(home, 'windows.whl'), { tag: 'cp311-cp311-win_amd64' }), /for another system, cp311-cp311-win_amd64/],
    [wheel(join(home, 'arm.whl'), { tag: 'cp311-cp311-manylinux_2_34_aarch64' }), /for another system, .*aarch64/],
    [wheel(join(home, 'half.whl'), { libraries: ['cuda'] }), /it has no onnxruntime\/capi\/libonnxruntime_providers_shared\.so/],
    [zip(join(home, 'any.whl'), { 'readme.txt': '' }), /it does not say what package it is/],
    [zip(join(home, 'managed.nupkg'), { 'a.nuspec': `<id>Microsoft.ML.OnnxRuntime</id><version>${version}</version>` }), /it is Microsoft\.ML\.OnnxRuntime \S+, which has no CUDA/],
    [join(home, 'torn.whl'), /it cannot be read as a zip/],
    [join(home, 'a.tgz'), /it is neither a wheel \(\.whl\) nor a \.nupkg/],
  ];
  const said: string[] = [];
  for (const [from, error] of cases) {
    await assert.rejects(install('cuda', { from, say: (text) => said.push(text) }), (thrown: Error) => {
      assert.match(thrown.message, error);
      assert.ok(thrown.message.startsWith(`--from ${from}: `) && thrown.message.includes(`Give onnxruntime-gpu ${version} for Linux x86_64`), thrown.message);
      return true;
    });
  }
  assert.deepEqual(said, []);
  assert.equal(existsSync(join(home, 'engines', 'cuda')), false);
});

test('a library without its archive is refused if it names another version', (t) => {
  const here = folder(t);
  const library = (text: string): string => { writeFileSync(join(here, 'libonnxruntime_providers_cuda.so'), `\x7fELF\x00\x001.\x00one 1.29.0 in a sentence\x00${text}\x00`); return join(here, 'libonnxruntime_providers_cuda.so'); };
  for (const text of [`2.0\x00${version}`, `1.2.3\x00${version}`, 'no version']) checkLibrary(library(text), version);
  assert.throws(() => checkLibrary(library('1.29.0'), version), (error: Error) => error.message.startsWith(`--from ${here}: libonnxruntime_providers_cuda.so is of onnxruntime 1.29.0, and the onnxruntime-node of this program is ${version}. Give onnxruntime-gpu`));
});
