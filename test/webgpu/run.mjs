// Runs the tests of `onnx:webgpu` on a graphics card that the processor computes: SwiftShader, which Debian's chromium carries.
// `npm run test:webgpu`. STEPTOOL_WEBGPU_LIBRARIES names another folder with vk_swiftshader_icd.json and libvulkan.so.1; `system` takes
// the card of this machine. Where there is none it says so loudly and passes, unless STEPTOOL_WEBGPU=required.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleTfjs } from '../../src/build/tfjs.mjs';
import { install } from '../../src/build/setup.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const libraries = process.env.STEPTOOL_WEBGPU_LIBRARIES ?? '/usr/lib/chromium';
const driver = join(libraries, 'vk_swiftshader_icd.json');

function skip(why) {
  console.log(`SKIPPED: onnx:webgpu was not tested. ${why}`);
  process.exit(process.env.STEPTOOL_WEBGPU === 'required' ? 1 : 0);
}

if (libraries !== 'system' && process.platform !== 'linux') skip(`There is no recipe for ${process.platform}: STEPTOOL_WEBGPU_LIBRARIES=system takes the card of this machine.`);
if (libraries !== 'system' && !existsSync(driver)) skip(`${driver} is not there: install Debian's chromium.`);
install();
await bundleTfjs();
const computed = libraries === 'system' ? {} : { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') };
const run = (...args) => spawnSync(process.execPath, ['--import', 'tsx', ...args], { cwd: root, env: { ...process.env, ...computed, STEPTOOL_WEBGPU: '1' }, stdio: 'inherit' }).status ?? 1;
const failed = [
  run('--test', join('test', 'compute', 'webgpu.test.ts')),
  run(join('test', 'tensorflow', 'parity.ts'), 'onnx:cpu', 'onnx:webgpu', process.env.STEPTOOL_PARITY_TASKS ?? '2'),
].some((status) => status !== 0);
process.exit(failed ? 1 : 0);
