// What engines throw is told as what happened and what to do; a failing program spoils nothing for the next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import { EngineError, explainFailure, firstLine } from '../../src/compute/failures.ts';
import { OnnxEngine } from '../../src/compute/onnx/engine.ts';
import type { OnnxRuntime } from '../../src/compute/onnx/runtime.ts';
import { providerMissing, providerOptions } from '../../src/compute/onnx/provider.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { floats, onnx, runOn } from './both-engines.ts';

const inputs = { x: floats([2], [1, 2]) };
const signature = { inputs: { x: { shape: [2], dtype: 'float32' as const } } };
const program = ({ x }: { [name: string]: tf.Tensor }) => ({ y: tf.neg(x) });

/** onnxruntime as it is where a graphics card fails: it refuses to compile, or to run, with these words. */
function failing({ create, run }: { create?: string; run?: string }): OnnxRuntime {
  const session = { run: async () => { throw new Error(run); }, release: async () => {} };
  return { InferenceSession: { create: async () => { if (create !== undefined) throw new Error(create); return session; } }, Tensor: class { constructor(readonly type: string, readonly data: unknown, readonly dims: unknown) {} } } as never;
}
const kindOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'works', (error: unknown) => { assert.ok(error instanceof EngineError); return `${error.kind}: ${error.message}`; });

test('out of memory, a lost card, a refused graph: each is told with what to do, and the engine\'s own words', async () => {
  const engine = (words: { create?: string; run?: string }): OnnxEngine => new OnnxEngine({ provider: 'cuda', runtime: failing(words) });
  assert.match(await kindOf(engine({ create: 'Failed to allocate memory for requested buffer of size 9\n at' }).compile(program, signature)), /^memory: onnx:cuda ran out of memory: Failed to allocate .*size 9\. What helps: "engine": \{ "recompute": "always" \} \("auto" never looks at the memory of a card\), a lower rollout\.liveEpisodes or rollout\.maxTokens, /);
  assert.match(await kindOf(engine({ create: 'no kernel for FusedMatMul' }).compile(program, signature)), /^compile: onnx:cuda could not compile a program: no kernel for FusedMatMul\. .*onnx:cpu/);
  const lost = await engine({ run: 'CUDA failure 700: an illegal memory access' }).compile(program, signature);
  assert.match(await kindOf(lost.run(inputs)), /^device: onnx:cuda lost its device: .*resume continues/);
  const card = await engine({ run: 'Program Cast requires f16 but the device does not support it.' }).compile(program, signature);
  assert.equal(await kindOf(card.run(inputs)), 'compile: onnx:cuda: this graphics card has no half precision. Set "engine": { "precision": "float32" }.');
  const other = await engine({ run: 'shape mismatch' }).compile(program, signature);
  assert.match(await kindOf(other.run(inputs)), /^run: onnx:cuda failed while it ran a program: shape mismatch/);
});

/** What libraries and drivers say, by what it means. */
const words: readonly (readonly [kind: string, ...said: string[]])[] = [
  ['memory',
    'CUDA failure 2: out of memory', 'CUDA_ERROR_OUT_OF_MEMORY', 'OOM when allocating tensor with shape[9,9]', 'std::bad_alloc', 'Array buffer allocation failed',
    'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY', 'VK_ERROR_OUT_OF_HOST_MEMORY', 'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED', 'CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED',
    'Exception(1) tid(9) 8007000E Not enough memory resources are available to complete this operation.', 'Buffer size (4624000000) exceeds the max buffer size limit (2147483648).',
    'Binding size (4624000000) of [Buffer] is larger than the maximum binding size (134217728).', 'spawn ENOMEM: Cannot allocate memory',
    'Failed to download data from buffer. wgpu::MapAsyncStatus value: 3, message: [Invalid Buffer (unlabeled)] is invalid due to a previous error.'],
  ['device',
    'CUDA failure 700: an illegal memory access was encountered', 'CUDA error 719: unspecified launch failure', 'CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access', 'CUDA_ERROR_LAUNCH_FAILED',
    '[Device] is lost.', 'A valid external Instance reference no longer exists, device was lost', 'VK_ERROR_DEVICE_LOST', 'DXGI_ERROR_DEVICE_REMOVED', 'Failed to allocate memory: VK_ERROR_DEVICE_LOST',
    ...['887A0005', '887A0006', '887A0007', '887A0020'].map((code) => `Exception(2) tid(9) ${code} The GPU device instance has been suspended.`)],
  ['run', 'shape mismatch', 'CUDA failure 7000: nothing like it', '[Invalid ShaderModule (unlabeled)] is invalid due to a previous error.'],
];

test('what libraries and drivers say is told as what it means, in sentences with one full stop', () => {
  for (const [kind, ...said] of words) {
    for (const each of said) {
      const error = explainFailure(new Error(each), 'onnx:dml', 'run');
      assert.equal(error.kind, kind, each);
      assert.ok(error.message.includes(each.replace(/\.$/, '')), error.message);
      assert.doesNotMatch(error.message, /\.\./);
    }
  }
});

test('on a processor the setting that saves memory is named alone: there "auto" does look', () => {
  assert.match(explainFailure(new Error('std::bad_alloc'), 'tensorflow:cpu', 'run').message, /What helps: "engine": \{ "recompute": "always" \}, a lower /);
});

test('told once, not twice; and what is no Error is told too', () => {
  const told = explainFailure('bad_alloc', 'onnx:cpu', 'run');
  assert.equal(told.kind, 'memory');
  assert.equal(explainFailure(told, 'onnx:cpu', 'compile'), told);
});

test('a program that does not compile is not kept, and others go on', async () => {
  const programs = new ProgramCache(onnx);
  await assert.rejects(programs.get('broken', () => ({ program: ({ x }) => ({ y: tf.erf(x) }), ...signature })), /Erf/);
  const good = await programs.get('good', () => ({ program, ...signature }));
  assert.deepEqual([...(await good.run(inputs)).y.data], [-1, -2]);
  await programs.dispose();
});

test('a session on the CPU is what it always was: a run resumes to the same bytes', async () => {
  assert.deepEqual(providerOptions('cpu', 0), { executionProviders: ['cpu'] });
  assert.equal(onnx.name, 'onnx:cpu');
  assert.deepEqual([...(await runOn(onnx, program, inputs)).y.data], [-1, -2]);
});

test('what each system can have of onnxruntime', () => {
  const has = (platform: string, arch: string): string => (['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const).filter((each) => !providerMissing(each, platform, arch)).join(' ');
  assert.deepEqual([has('linux', 'x64'), has('linux', 'arm64'), has('win32', 'x64'), has('darwin', 'arm64'), has('darwin', 'x64')], ['cpu webgpu cuda', 'cpu webgpu', 'cpu webgpu dml', 'cpu webgpu coreml', '']);
  assert.deepEqual(providerOptions('cuda', 1).executionProviders, [{ name: 'cuda', deviceId: 1 }]);
});

test('of what CUDA says, the failure is left: no addresses in its source files, no name of the machine', () => {
  const call = '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:154 Status onnxruntime::CudaCall(ERRTYPE, const char*, int) [with ERRTYPE = cudaError; bool THRW = true] ';
  const said = (failure: string): string => firstLine(new Error(`${call}${call}${failure} ; GPU=-1 ; hostname=somebody ; file=/onnxruntime_src/cuda_execution_provider.cc ; line=352 ; expr=cudaSetDevice(info_.device_id); \n\n`));
  assert.equal(said('CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version'), 'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version');
  assert.equal(said('CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED'), 'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED');
});
