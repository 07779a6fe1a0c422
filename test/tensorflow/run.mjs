// Runs the tests of `tensorflow:cpu` on a real TensorFlow: the published addon, built against the C API in TensorFlow's wheel
// for Python. `npm run test:tensorflow`. Needs Linux x64, Python with pip, npm, a C++ compiler; says so loudly and passes
// where it cannot have them, unless STEPTOOL_TENSORFLOW=required. Users need none of this: see docs/engines.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheOf, lane, root, run } from '../lane.mjs';

const { skip, step, install } = lane('the tests on a real TensorFlow did not run', 'STEPTOOL_TENSORFLOW');
const work = process.env.STEPTOOL_TENSORFLOW_FOLDER ?? cacheOf('tensorflow-lane');
const wheel = 'tensorflow-cpu==2.15.1';
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const addon = `@tensorflow/tfjs-node@${devDependencies['@tensorflow/tfjs-core']}`;

const home = join(work, 'home');
const engine = join(home, 'engines', 'tensorflow-cpu');
const addonFolder = join(engine, 'node_modules', '@tensorflow', 'tfjs-node');
const isBuilt = () => existsSync(join(addonFolder, 'lib')) && readdirSync(join(addonFolder, 'lib')).length > 0;

if (process.platform !== 'linux' || process.arch !== 'x64') skip(`There is no recipe for ${process.platform} ${process.arch}.`);
if (!isBuilt()) {
  mkdirSync(work, { recursive: true });
  const [wheels, library] = [join(work, 'wheel'), join(work, 'library')];
  if (!existsSync(join(library, 'tensorflow', 'libtensorflow_cc.so.2'))) {
    step(`pip download ${wheel}`, 'python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--python-version', '3.11', '--platform', 'manylinux_2_17_x86_64', '-d', wheels, wheel]);
    const file = join(wheels, readdirSync(wheels).find((name) => name.endsWith('.whl')));
    const unzip = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); z.extractall(sys.argv[2], [n for n in z.namelist() if n.startswith(("tensorflow/libtensorflow", "tensorflow/include/"))])';
    step('unpacking its library and headers', 'python3', ['-c', unzip, file, library]);
    rmSync(wheels, { recursive: true });
  }
  install(engine, [addon]);
  // The wheel has under other names what the addon is linked with.
  const deps = join(addonFolder, 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, 'lib'), { recursive: true });
  symlinkSync(join(library, 'tensorflow', 'include'), join(deps, 'include'));
  for (const [from, to] of [['cc', 'libtensorflow.so'], ['cc', 'libtensorflow_cc.so.2'], ['framework', 'libtensorflow_framework.so'], ['framework', 'libtensorflow_framework.so.2']])
    symlinkSync(join(library, 'tensorflow', `libtensorflow_${from}.so.2`), join(deps, 'lib', to));
  const headers = join(dirname(process.execPath), '..');
  const nodedir = existsSync(join(headers, 'include', 'node', 'node_api.h')) ? [`--nodedir=${headers}`] : []; // else node-gyp fetches them
  step('building the addon', process.execPath, [join(engine, 'node_modules', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp'), 'install', '--build-from-source', ...nodedir], { cwd: addonFolder });
  if (!isBuilt()) skip('The addon was built without leaving one.');
}

const on = (...args) => run(['--import', 'tsx', ...args], { STEPTOOL_HOME: home });
const failed = [
  on('--test', join('test', 'compute', 'tensorflow.test.ts')),
  on(join('test', 'tensorflow', 'parity.ts'), 'onnx:cpu', 'tensorflow:cpu', process.env.STEPTOOL_PARITY_TASKS ?? '200'),
  on(join('test', 'tensorflow', 'parity.ts'), 'reference', 'tensorflow:cpu', '1'),
].some((status) => status !== 0);
process.exit(failed ? 1 : 0);
