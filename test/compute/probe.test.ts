// Engines are tried in processes that may crash, hang or talk nonsense: the one that asked hears of it, and goes on.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { OnnxEngine } from '../../src/compute/onnx/engine.ts';
import { differenceFrom, tolerance } from '../../src/compute/probe/measure.ts';
import { ReferenceEngine } from '../../src/compute/reference.ts';
import { parseRequest } from '../../src/compute/probe/child.ts';
import { explain } from '../../src/compute/probe/explain.ts';
import { patienceFor, probe } from '../../src/compute/probe/probe.ts';
import { recall, remember } from '../../src/compute/probe/remembered.ts';
import { parseResult, type ProbeRequest, type ProbeResult } from '../../src/compute/probe/result.ts';

const request: ProbeRequest = { name: 'onnx:webgpu', threads: 1, device: 0, bench: false };
const good: ProbeResult = { name: 'onnx:webgpu', ok: true, device: 'GPU (WebGPU)', threads: 1, memory: 1e8, products: 0, steps: 0, difference: 1e-7 };
const noDriver: ProbeResult = { name: 'onnx:webgpu', ok: false, trouble: 'failed', reason: 'no driver', remedy: 'Install one.' };

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'steptool-probe-'));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

/** Probes with another program in the engine's place. */
async function probing(t: TestContext, program: string, seconds = 600): Promise<ProbeResult> {
  const file = join(folder(t), 'child.cjs');
  writeFileSync(file, program);
  return probe(request, { program: [file], seconds, startSeconds: 600 });
}

test('the answer of an engine that works', async (t) => {
  assert.deepEqual(await probing(t, `process.send('begun'); process.send(${JSON.stringify(good)}); process.disconnect();`), good);
});

test('a driver that takes the process down after the answer spoils nothing', async (t) => {
  assert.deepEqual(await probing(t, `process.send(${JSON.stringify(good)}, () => process.abort());`), good);
});

test('a driver that crashes is told with what it said last', async (t) => {
  const result = await probing(t, `process.stderr.write('loading\\ndriver: assertion failed\\n', () => process.exit(134));`);
  assert.deepEqual(result, { name: 'onnx:webgpu', ok: false, trouble: 'crashed', reason: 'its process ended with exit code 134: driver: assertion failed', remedy: 'Update the driver of the graphics card, or use another engine.' });
});

test('an engine that hangs is given up, and its process ended', async (t) => {
  const mark = join(folder(t), 'pid');
  const result = await probing(t, `require('fs').writeFileSync(${JSON.stringify(mark)}, String(process.pid)); process.send('begun'); for (;;);`, 0.2);
  assert.equal(result.ok ? '' : result.trouble, 'hung');
  assert.throws(() => process.kill(Number(readFileSync(mark, 'utf8')), 0), { code: 'ESRCH' });
});

test('a card that takes minutes for a policy hangs, a processor is slow', () => {
  assert.deepEqual([request, { ...request, policy: true }, { ...request, name: 'onnx:cpu', policy: true } as const].map(patienceFor), [60, 180, 1800]);
});

test('an answer that is none is not believed', async (t) => {
  for (const answer of ['{"name":"onnx:cpu","ok":true}', '{"name":"onnx:webgpu","ok":true,"device":7}', '"yes"', 'null', '{"name":"onnx:webgpu","ok":false,"trouble":"tired","reason":"","remedy":""}']) {
    assert.equal(parseResult(JSON.parse(answer), 'onnx:webgpu'), undefined, answer);
  }
  const result = await probing(t, `process.send({ name: 'onnx:cpu', ok: true }); process.disconnect();`);
  assert.equal(result.ok ? '' : result.trouble, 'crashed');
  assert.throws(() => parseRequest('{"name":"onnx:gpu"}'), /asks for no probe/);
});

test('the embedded engine, tried as auto does it', async () => {
  const result = await probe({ name: 'onnx:cpu', threads: 1, device: 0, bench: false });
  assert.ok(result.ok, JSON.stringify(result));
  assert.ok(result.difference < 1e-5 && result.memory > 1e7 && result.threads === 1);
});

test('what drivers say is told as what is missing and what to do', () => {
  const told = (name: ProbeResult['name'], said: string): string => {
    const result = explain({ name, ok: false, trouble: 'failed', reason: 'something', remedy: 'Try.' }, said);
    return result.ok ? '' : `${result.reason}. ${result.remedy}`;
  };
  assert.match(told('onnx:webgpu', "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file"), /no Vulkan loader .*libvulkan1/);
  assert.match(told('onnx:webgpu', 'Failed to get a WebGPU adapter: No supported adapters'), /no graphics card that WebGPU can use\. .*driver/);
  assert.match(told('onnx:cuda', 'libcudnn.so.9: cannot open shared object file'), /cuDNN 9 is not installed/);
  const unloaded = (file: string): string => `[E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] FAIL : Failed to load library /a b/libonnxruntime_providers_cuda.so with error: ${file}: cannot open shared object file: No such file or directory`;
  assert.match(told('onnx:cuda', unloaded('libcuda.so.1')), /no NVIDIA driver \(libcuda\.so\.1\)\. .*install its driver/);
  assert.match(told('onnx:cuda', unloaded('libcublasLt.so.13')), /the CUDA 13 runtime is not installed \(libcublasLt\.so\.13\)\. Install the CUDA 13 toolkit .*LD_LIBRARY_PATH/);
  assert.match(told('onnx:cuda', unloaded('libcublas.so.12')), /the CUDA 12 runtime is not installed \(libcublas\.so\.12\)\. Install the CUDA 12 toolkit/);
  assert.match(told('onnx:cuda', unloaded('libcurand.so.10')), /a library of the CUDA runtime is not installed \(libcurand\.so\.10\)/);
  assert.match(told('onnx:cuda', 'Failed to load library /a b/libonnxruntime_providers_shared.so with error: /a b/libonnxruntime_providers_shared.so: file too short\n'), /cannot be loaded: \/a b\/libonnxruntime_providers_shared\.so: file too short\. Install them again/);
  assert.match(told('onnx:cuda', 'CUDA driver version is insufficient for CUDA runtime version'), /too old.*580 for CUDA 13/);
  assert.match(told('onnx:cuda', 'CUDA failure 100: no CUDA-capable device is detected'), /no NVIDIA graphics card\. .*CUDA_VISIBLE_DEVICES/);
  assert.match(told('tensorflow:gpu', "Could not load dynamic library 'libcudart.so.11.0'; dlerror"), /CUDA 11 runtime .*onnx:cuda/);
  assert.match(told('tensorflow:cpu', 'libtensorflow.so.2: cannot open shared object file'), /libtensorflow.*install/);
  assert.equal(told('onnx:coreml', 'anything else'), 'something. Try.');
});

test('what is too old, or made for something else, is told as that', () => {
  const told = (name: ProbeResult['name'], said: string): string => {
    const result = explain({ name, ok: false, trouble: 'failed', reason: 'something', remedy: 'Try.' }, said);
    return result.ok ? '' : `${result.reason}. ${result.remedy}`;
  };
  const otherNode = "The module '/a b/tfjs_binding.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 93. This version of Node.js requires\nNODE_MODULE_VERSION 115.";
  for (const said of [otherNode, '/a b/tfjs_binding.node: invalid ELF header', '\\\\?\\C:\\a b\\tfjs_binding.node is not a valid Win32 application.']) {
    assert.match(told('tensorflow:gpu', said), /^its addon was not built for Node \d+\.\d+\.\d+ on \w+ \w+\. steptool engines install /);
    assert.match(told('onnx:cpu', said), /^the addon of onnxruntime was not built for Node .* Reinstall with npm ci/);
  }
  const oldSystem = "/lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.38' not found (required by /a b/library.so)";
  assert.match(told('tensorflow:cpu', oldSystem), /^the C library of this system is too old/);
  assert.match(told('onnx:webgpu', oldSystem), /^the C library of this system is too old for onnxruntime\. .*reference/);
  assert.match(told('onnx:cuda', 'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version'), /^the NVIDIA driver is too old .*Install an NVIDIA driver of at least/);
  assert.match(told('tensorflow:gpu', 'E cuda_driver.cc:271] failed call to cuInit: CUDA driver version is insufficient for CUDA runtime version'), /^the NVIDIA driver is too old for CUDA 11\. Install an NVIDIA driver of at least 450/);
  const lacks = (file: string): string => `W dso_loader.cc:64] Could not load dynamic library '${file}'; dlerror: ${file}: cannot open shared object file: No such file or directory`;
  assert.match(told('tensorflow:gpu', `${lacks('libcudart.so.11.0')}\n${lacks('libcuda.so.1')}`), /^no NVIDIA driver \(libcuda\.so\.1\)\. /);
  assert.match(told('tensorflow:gpu', lacks('libcudart.so.11.0')), /^the CUDA 11 runtime \(libcudart\.so\.11\.0\) is not installed\. Install CUDA 11\.2 and cuDNN 8\.1/);
  assert.match(told('tensorflow:gpu', lacks('libcudnn.so.8')), /^cuDNN 8 \(libcudnn\.so\.8\) is not installed\. Install cuDNN 8\.1/);
  assert.match(told('tensorflow:gpu', lacks('libcusolver.so.11')), /^a library of the CUDA 11 runtime is not installed/);
  assert.match(told('onnx:webgpu', 'the program requires f16, and the device does not have it'), /^this graphics card has no half precision\. Set/);
});

test('an addon for another Node is told as that by the process that tries it, though it says so in its third line', async (t) => {
  const home = folder(t);
  const file = join(home, 'engines', 'tensorflow-cpu', 'node_modules', '@tensorflow', 'tfjs-node', 'package.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0", "main": "index.js" }');
  writeFileSync(join(dirname(file), 'index.js'), "throw new Error(\"The module 'x.node'\\nwas compiled against a different Node.js version using\\nNODE_MODULE_VERSION 93.\");");
  const before = process.env['STEPTOOL_HOME'];
  process.env['STEPTOOL_HOME'] = home;
  t.after(() => { if (before === undefined) delete process.env['STEPTOOL_HOME']; else process.env['STEPTOOL_HOME'] = before; });
  const result = await probe({ name: 'tensorflow:cpu', threads: 1, device: 0, bench: false }, { seconds: 600 });
  assert.match(result.ok ? '' : result.reason, /^its addon was not built for Node/, JSON.stringify(result));
});

test('a probe in half precision: its process is told so, rounding is no fault, and it is remembered apart', async (t) => {
  assert.deepEqual(parseRequest(JSON.stringify({ ...request, precision: 'float16' })), { ...request, precision: 'float16', policy: false });
  assert.throws(() => parseRequest(JSON.stringify({ ...request, precision: 'float8' })), /asks for no probe/);
  const rounded = await differenceFrom(new ReferenceEngine(), new OnnxEngine({ provider: 'cpu', threads: 1, precision: 'float16' }));
  assert.ok(rounded > 1e-6 && rounded < tolerance.float16 / 3, `off by ${rounded}`);
  const result = await probe({ ...request, name: 'onnx:cpu', precision: 'float16' });
  assert.deepEqual(result.ok ? '' : [result.trouble, result.reason], ['failed', 'it computes in single precision alone']);
  const before = process.env['STEPTOOL_HOME'];
  process.env['STEPTOOL_HOME'] = folder(t);
  t.after(() => { if (before === undefined) delete process.env['STEPTOOL_HOME']; else process.env['STEPTOOL_HOME'] = before; });
  remember(request, good);
  assert.equal(recall({ ...request, precision: 'float16' }), undefined);
  remember({ ...request, precision: 'float16' }, noDriver);
  assert.deepEqual([recall(request), recall({ ...request, precision: 'float16' })], [good, noDriver]);
});

test('the policy that engines are compared by is measured in the process of the probe', async () => {
  const result = await probe({ name: 'onnx:cpu', threads: 1, device: 0, bench: false, policy: true });
  assert.ok(result.ok, JSON.stringify(result));
  const { parameters, decode, train, traffic } = result.policy!;
  assert.ok(parameters > 5e5 && decode > 1 && train > 1 && traffic.train.up > 1e6);
  assert.equal(parseResult({ ...result, policy: { parameters, decode, train } }, 'onnx:cpu'), undefined);
});

test('that an engine still works is no reason to forget how fast it is', (t) => {
  const before = process.env['STEPTOOL_HOME'];
  process.env['STEPTOOL_HOME'] = folder(t);
  t.after(() => { if (before === undefined) delete process.env['STEPTOOL_HOME']; else process.env['STEPTOOL_HOME'] = before; });
  const timed: ProbeResult = { ...good, steps: 500, products: 1e9 };
  remember({ ...request, bench: true }, timed);
  remember(request, good);
  assert.deepEqual(recall({ ...request, bench: true }), timed);
  remember(request, noDriver);
  assert.deepEqual(recall({ ...request, bench: true }), noDriver);
});

test('a probe is remembered on this machine: for long if the engine worked, for a day if not, and never that it was not installed', (t) => {
  const before = process.env['STEPTOOL_HOME'];
  process.env['STEPTOOL_HOME'] = folder(t);
  t.after(() => { if (before === undefined) delete process.env['STEPTOOL_HOME']; else process.env['STEPTOOL_HOME'] = before; });
  const [now, hour] = [1e12, 3600_000];
  assert.equal(recall(request, now), undefined);
  remember(request, good, now);
  assert.deepEqual(recall(request, now + 24 * 29 * hour), good);
  assert.equal(recall(request, now + 24 * 31 * hour), undefined);
  assert.equal(recall({ ...request, bench: true }, now), undefined, 'one without speeds does not tell how fast it is');
  assert.equal(recall({ ...request, threads: 2 }, now), undefined);
  remember(request, noDriver, now);
  assert.deepEqual(recall(request, now + 23 * hour), noDriver);
  assert.equal(recall(request, now + 25 * hour), undefined);
  const missing: ProbeResult = { ...noDriver, trouble: 'missing' };
  remember({ ...request, device: 1 }, missing, now);
  assert.equal(recall({ ...request, device: 1 }, now), undefined);
  writeFileSync(join(process.env['STEPTOOL_HOME']!, 'cache', 'engines.json'), '{"version":1,"machine"');
  assert.equal(recall(request, now), undefined, 'a torn file holds nothing');
});

test('another driver directory is another machine', (t) => {
  const [home, icd] = [process.env['STEPTOOL_HOME'], process.env['VK_ICD_FILENAMES']];
  process.env['STEPTOOL_HOME'] = folder(t);
  t.after(() => {
    for (const [name, value] of [['STEPTOOL_HOME', home], ['VK_ICD_FILENAMES', icd]] as const) if (value === undefined) delete process.env[name]; else process.env[name] = value;
  });
  remember(request, noDriver);
  assert.deepEqual(recall(request), noDriver);
  process.env['VK_ICD_FILENAMES'] = 'software.json';
  assert.equal(recall(request), undefined);
});
