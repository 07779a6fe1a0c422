// Runs the tests of `onnx:webgpu` on a graphics card that the processor computes: SwiftShader, which Debian's chromium carries.
// `npm run test:webgpu`. STEPTOOL_WEBGPU_LIBRARIES names another folder with vk_swiftshader_icd.json and libvulkan.so.1; `system` takes
// the card of this machine. Where there is none it says so loudly and passes, unless STEPTOOL_WEBGPU=required.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleTfjs } from '../../src/build/tfjs.mjs';
import { install } from '../../src/build/setup.mjs';
import { lane, run } from '../lane.mjs';

const { skip } = lane('onnx:webgpu was not tested', 'STEPTOOL_WEBGPU');
const libraries = process.env.STEPTOOL_WEBGPU_LIBRARIES ?? '/usr/lib/chromium';
const driver = join(libraries, 'vk_swiftshader_icd.json');

if (libraries !== 'system' && process.platform !== 'linux') skip(`There is no recipe for ${process.platform}: STEPTOOL_WEBGPU_LIBRARIES=system takes the card of this machine.`);
if (libraries !== 'system' && !existsSync(driver)) skip(`${driver} is not there: install Debian's chromium.`);
install();
await bundleTfjs();
const computed = libraries === 'system' ? {} : { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') };
const on = (...args) => run(['--import', 'tsx', ...args], { ...computed, STEPTOOL_WEBGPU: '1' });
const failed = [
  on('--test', join('test', 'compute', 'webgpu.test.ts')),
  on(join('test', 'tensorflow', 'parity.ts'), 'onnx:cpu', 'onnx:webgpu', process.env.STEPTOOL_PARITY_TASKS ?? '2'),
].some((status) => status !== 0);
process.exit(failed ? 1 : 0);
