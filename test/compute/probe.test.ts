// Engines are tried in processes that may crash, hang or talk nonsense: the one that asked hears of it, and goes on.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parseRequest } from '../../src/compute/probe/child.ts';
import { explain } from '../../src/compute/probe/explain.ts';
import { probe } from '../../src/compute/probe/probe.ts';
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
