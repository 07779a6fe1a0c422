/** Frozen matrices are held as their file has them: halves as halves, all else as single numbers, unless the experiment says otherwise. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { narrowToBrainHalves, narrowToHalves, widenHalves } from '../../../src/compute/half.ts';
import { defaultExperiment, layer } from '../../../src/config/defaults.ts';
import type { Json } from '../../../src/config/field-tree.ts';
import type { Experiment } from '../../../src/config/schema.ts';
import { fitted } from '../../../src/learn/fit.ts';
import { isProjection } from '../../../src/policy/weights.ts';
import { encodeSafetensors, type StoredTensor } from '../../../src/run/folder/safetensors.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { readPolicy } from '../../../src/run/policy-folder.ts';
import { openSetup } from '../../../src/run/training/setup.ts';

const home = mkdtempSync(join(tmpdir(), 'steptool-stored-'));
after(() => rmSync(home, { recursive: true, force: true }));
const bundled = await readPolicy(bundledPolicy());

/** The bundled policy, in a file that has its matrices as `type`; the first of them as `first`. */
function stored(name: string, type: 'F16' | 'BF16', first = type): void {
  cpSync(bundledPolicy(), join(home, name), { recursive: true });
  const [one] = Object.keys(bundled.weights).filter(isProjection);
  const tensors = Object.fromEntries(Object.entries(bundled.weights).map(([each, { shape, data }]): [string, StoredTensor] => {
    const numbers = data as Float32Array;
    const dtype = each === one ? first : type;
    return [each, { dtype, shape, data: dtype === 'F16' ? narrowToHalves(numbers) : narrowToBrainHalves(numbers) }];
  }));
  writeFileSync(join(home, name, 'model.safetensors'), Buffer.concat(encodeSafetensors(tensors)));
}
stored('halves', 'F16');
stored('brain-halves', 'BF16');
stored('mixed', 'F16', 'BF16');

const open = (checkpoint: string, engine: { readonly [name: string]: Json } = {}, rank = 2): ReturnType<typeof openSetup> => openSetup(layer(defaultExperiment as unknown as Json, {
  policy: { checkpoint, tokenizer: checkpoint, adapter: { rank } }, engine: { name: 'onnx:cpu', threads: 1, ...engine },
}) as unknown as Experiment, join(home, 'a.steptool.json'));
const heldAs = ({ initial }: Awaited<ReturnType<typeof open>>): string[] => [...new Set(Object.entries(initial).filter(([name]) => isProjection(name)).map(([, { dtype }]) => dtype))];

test('matrices of F16 beneath an adapter stay halves, to the bit; those of BF16, or of both, are single', async () => {
  const setup = await open('halves');
  assert.deepEqual([heldAs(setup), setup.config.frozen], [['float16'], 'float16']);
  for (const [name, { dtype, data }] of Object.entries(setup.initial)) {
    if (dtype === 'float16') assert.deepEqual(widenHalves(data as Uint16Array), widenHalves(narrowToHalves(bundled.weights[name].data as Float32Array)), name);
  }
  for (const name of ['brain-halves', 'mixed']) assert.deepEqual(heldAs(await open(name)), ['float32'], name);
});

test('an experiment may say otherwise; weights that are trained are single', async () => {
  assert.deepEqual(heldAs(await open('halves', { frozen: 'float32' })), ['float32']);
  assert.deepEqual(heldAs(await open('brain-halves', { frozen: 'float16' })), ['float16']);
  assert.deepEqual(heldAs(await open('halves', {}, 0)), ['float32']);
  assert.deepEqual(heldAs(await open('halves', { name: 'reference' })), ['float32'], 'an engine that would hold single numbers beside the halves');
});

test('engines that take halves as they are: onnxruntime on processors, CUDA and DirectML', async () => {
  const { config, experiment } = await open('halves');
  const on = (engine: string): boolean => fitted(config, experiment, engine, 1e12).frozen === 'float16';
  assert.deepEqual(['onnx:cpu', 'onnx:cuda', 'onnx:dml', 'onnx:webgpu', 'onnx:coreml', 'tensorflow:gpu', 'tensorflow:cpu', 'reference'].map(on), [true, true, true, false, false, false, false, false]);
});
