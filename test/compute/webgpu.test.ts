// The engine `onnx:webgpu`, on a card or on one that is computed: `npm run test:webgpu` brings such a one along.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as tf from '#tfjs';
import { EngineError } from '../../src/compute/failures.ts';
import { OnnxCpuEngine, OnnxEngine } from '../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { trafficSince, type Traffic } from '../../src/compute/traffic.ts';
import { imitationBatches } from '../../src/learn/imitate.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import type { Sequence } from '../../src/learn/packing.ts';
import { score } from '../../src/learn/score.ts';
import { Generator } from '../../src/policy/generator.ts';
import { initialWeights } from '../../src/policy/weights.ts';
import { random } from '../../src/world/random.ts';
import { gradientProgram, randomPpo } from '../learn/ppo-case.ts';
import { assertSameTensors, floats, reference, runOn, specsOf } from './both-engines.ts';
import { elementwiseCases } from './cases-elementwise.ts';
import { fusedCases } from './cases-fused.ts';
import { layoutCases } from './cases-layout.ts';
import { matrixCases } from './cases-matrix.ts';

const skip = process.env['STEPTOOL_WEBGPU'] === '1' ? false : 'SKIPPED: there may be no card here; npm run test:webgpu brings one that is computed';
const webgpu = new OnnxEngine({ provider: 'webgpu', threads: 1 });

/** WebGPU's language promises sines within 2^-11 alone. The policy's angles are computed on the host. */
const tolerance = (name: string): number => (name === 'sin' || name === 'cos' ? 2 ** -11 : 1e-5);

for (const { name, make } of [...elementwiseCases, ...layoutCases, ...matrixCases, ...fusedCases])
  test(`onnx:webgpu and the reference agree: ${name}`, { skip }, async () => {
    const { inputs, program } = make(random('kernel', name, 0));
    assertSameTensors(await runOn(webgpu, program, inputs), await runOn(reference, program, inputs), tolerance(name), name, 1);
  });

test('loss and gradients of a small policy: onnx:webgpu and the reference agree', { skip }, async () => {
  const { program, inputs } = gradientProgram(randomPpo(1));
  assertSameTensors(await runOn(webgpu, program, inputs), await runOn(reference, program, inputs), 1e-4, 'onnx:webgpu', 1e-3);
});

const onCard = process.env['STEPTOOL_WEBGPU_LIBRARIES'] === 'system' && 'SKIPPED: this card may have the memory';
test('more than the computed card has is told as out of memory, and smaller programs go on', { skip: skip || onCard }, async () => {
  const inputs = { x: floats([17000, 1], new Float32Array(17000).fill(1)), y: floats([1, 17000], new Float32Array(17000).fill(1)) };
  await assert.rejects(runOn(webgpu, ({ x, y }) => ({ z: tf.mul(x, y) }), inputs), (error: unknown) => error instanceof EngineError && error.kind === 'memory' && /^onnx:webgpu ran out of memory: .*[^.]\. What helps: /.test(error.message));
  assert.deepEqual([...(await runOn(webgpu, ({ x }) => ({ y: tf.neg(x) }), { x: floats([2], [1, 2]) })).y.data], [-1, -2]);
});

test('what is steady is copied once, until the engine itself writes to it', { skip }, async () => {
  const inputs = { x: floats([2, 2], [1, 2, 3, 4]), y: floats([2, 2], [1, 1, 1, 1]) };
  const compiled = await webgpu.compile(({ x, y }) => ({ sum: tf.add(x, y) }), { inputs: specsOf(inputs), steady: ['x'] });
  const bytes = 16;
  const sum = async (given = inputs, into?: typeof inputs.x) => [...(await compiled.run(given, into && { sum: into })).sum.data];
  assert.deepEqual([await sum(), compiled.spared!()], [[2, 3, 4, 5], 0]);
  assert.deepEqual([await sum({ ...inputs, y: floats([2, 2], [0, 0, 0, 9]) }), compiled.spared!()], [[1, 2, 3, 13], bytes]);
  const written = floats([2, 2], [0, 0, 0, 0]);
  assert.deepEqual([await sum({ x: written, y: inputs.y }), compiled.spared!()], [[1, 1, 1, 1], bytes]);
  await sum(inputs, written); // now 2, 3, 4, 5
  assert.deepEqual([await sum({ x: written, y: inputs.y }), compiled.spared!()], [[3, 4, 5, 6], 2 * bytes]);
  await assert.rejects(compiled.run({ x: floats([3], [1, 2, 3]), y: inputs.y }), /Input 'x' is float32\[3\]; the program was compiled for float32\[2,2\]/);
  await compiled.dispose();
});

test('more shapes are held than sessions are kept to copy them: a session lasts as long as the buffers it filled', { skip }, async () => {
  const engine = new OnnxEngine({ provider: 'webgpu', threads: 1 });
  const [shapes, bytes] = [60, 4 * 60 * 61 / 2];
  const given = Array.from({ length: shapes }, (_, i) => floats([i + 1], new Float32Array(i + 1).fill(i)));
  const compiled = await Promise.all(given.map((x) => engine.compile((inputs) => ({ y: tf.neg(inputs.x) }), { inputs: specsOf({ x }), steady: ['x'] })));
  for (let time = 0; time < 2; time++)
    for (const [i, program] of compiled.entries()) assert.equal((await program.run({ x: given[i] })).y.data[i] + i, 0);
  assert.equal(compiled.reduce((sum, program) => sum + program.spared!(), 0), bytes);
  for (const program of compiled) await program.dispose();
  await engine.forget(given.map(({ data }) => data)); // freed by sessions that are let go of: this ended the process
});

for (const recompute of [undefined, true] as const) test(`decoding takes the weights along once, and those of an update after it; the cache stays${recompute ? ', made in place' : ''}`, { skip }, async () => {
  const config = { ...(recompute && { recompute }), width: 32, layers: 2, heads: 4, keyValueHeads: 2, feedForward: 48, vocabulary: 64, context: 64, ropeTheta: 10000, normEpsilon: 1e-5 };
  const initial = initialWeights(config, 3);
  const size = Object.values(initial).reduce((sum, { data }) => sum + data.byteLength, 0);
  const draw = random('webgpu');
  const tokens = (length: number): number[] => Array.from({ length }, () => Math.floor(draw() * 64));
  const demonstrations = Array.from({ length: 4 }, (_, i): Sequence => ({ group: String(i), prompt: tokens(3), response: tokens(12), mask: new Array<number>(12).fill(1) }));
  const prompt = tokens(9);
  async function play(programs: ProgramCache) {
    const optimizer = new Optimizer(programs, config, initial, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 });
    const probabilities: Record<string, { shape: number[]; dtype: 'float32'; data: Float32Array }> = {};
    const moved: Traffic[] = [];
    for (let update = 0; update < 4; update++) {
      const generator = new Generator(programs, config, optimizer.weights, 4, 1);
      const [{ cache }] = await generator.prompt([prompt]);
      for (let slot = 0; slot < 4; slot++) generator.cache.place(slot, cache);
      for (let step = 0; step < 2; step++) {
        const before = programs.traffic;
        const next = await generator.step(Int32Array.of(1, 2, 3, 4));
        moved.push(trafficSince(programs.traffic, before));
        probabilities[`${update} ${step}`] = { shape: [4, 64], dtype: 'float32', data: next(0).probabilities.slice() };
      }
      await optimizer.update(imitationBatches(config, demonstrations, 64), 0.01);
    }
    await programs.dispose();
    return { probabilities, moved };
  }
  const [expected, found] = [await play(new ProgramCache(new OnnxCpuEngine(1))), await play(new ProgramCache(webgpu))];
  assertSameTensors(found.probabilities, expected.probabilities, 1e-4, 'probabilities', 1e-2);
  const cache = 4 * 2 * config.layers * 4 * config.keyValueHeads * 128 * 8; // bytes: keys and values, slots, heads, capacity, size
  const entry = 4 * 4 * config.keyValueHeads; // where new positions come to stand
  const [first, second] = [found.moved.filter((_, i) => i % 2 === 0), found.moved.filter((_, i) => i % 2 === 1)];
  assert.deepEqual(second.map(({ up }) => up), second.map(() => expected.moved[1].up - size - cache + entry), 'no step copies weights, nor the cache');
  assert.ok(first.every(({ up }) => up < expected.moved[0].up - size - cache / 2), 'the first one places the prompt, on the card');
  assert.deepEqual(second.map(({ down }) => down), second.map(() => 4 * (4 * 64 + 2 * 4)), 'what comes back is what is sampled from');
});

test('weights and moments stay on the card from update to update, and are what the processor makes of them when they come home', { skip }, async () => {
  const config = { width: 32, layers: 2, heads: 4, keyValueHeads: 2, feedForward: 48, vocabulary: 64, context: 64, ropeTheta: 10000, normEpsilon: 1e-5 };
  const draw = random('webgpu updates');
  const tokens = (length: number): number[] => Array.from({ length }, () => Math.floor(draw() * 64));
  const demonstrations = Array.from({ length: 6 }, (_, i): Sequence => ({ group: String(i), prompt: tokens(3), response: tokens(12), mask: new Array<number>(12).fill(1) }));
  const batches = imitationBatches(config, demonstrations, 32);
  assert.ok(batches.length > 1);
  const inputs = batches.reduce((sum, batch) => sum + Object.values(batch.inputs).reduce((bytes, { data }) => bytes + data.byteLength, 0), 0);
  async function learn(programs: ProgramCache) {
    const optimizer = new Optimizer(programs, config, initialWeights(config, 3), { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, maxGradientNorm: 1, weightDecay: 0.1 });
    const moved: Traffic[] = [];
    for (let update = 0; update < 4; update++) {
      const before = programs.traffic;
      await optimizer.update(batches, 0.01);
      moved.push(trafficSince(programs.traffic, before));
    }
    const before = programs.traffic;
    await optimizer.settle();
    const home = trafficSince(programs.traffic, before);
    await programs.dispose();
    return { moved: moved.slice(1), home, state: { ...optimizer.weights, ...optimizer.state } };
  }
  const [expected, found] = [await learn(new ProgramCache(new OnnxCpuEngine(1))), await learn(new ProgramCache(webgpu))];
  assertSameTensors(found.state, expected.state, 1e-3, 'after four updates', 1e-5);
  const small = 4 * (1 + 2); // learning rate, corrections
  assert.deepEqual(found.moved, found.moved.map(() => ({ up: inputs + small, down: 4 * (1 + 2 * batches.length) })), 'batches go up; metrics and the norm come down');
  assert.deepEqual(found.home, { up: 0, down: Object.values(found.state).reduce((sum, { data }) => sum + data.byteLength, 0) });
});

/** Operators that onnxruntime ran in `folder`'s profiles, by where: `WebGpuExecutionProvider Gemm`. */
function ran(folder: string): string[] {
  const events = readdirSync(folder).flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { cat: string; name: string; args: { provider?: string; op_name?: string } }[]);
  return events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time')).map(({ args }) => `${args.provider} ${args.op_name}`);
}

test('prompts, decoding, reading, scoring and updates are computed on the card whole: nothing travels to the processor between', { skip }, async () => {
  const config = { width: 32, layers: 2, heads: 4, keyValueHeads: 2, feedForward: 48, vocabulary: 64, context: 64, ropeTheta: 10000, normEpsilon: 1e-5 };
  const weights = initialWeights(config, 3);
  const sequences = [0, 1].map((i): Sequence => ({ group: String(i), prompt: [1, 2, 3], response: [4, 5, 6, 7], mask: [1, 1, 0, 1] }));
  const folder = mkdtempSync(join(tmpdir(), 'steptool-webgpu-'));
  process.env['STEPTOOL_PROFILE'] = join(folder, 'session');
  const programs = new ProgramCache(webgpu);
  const generator = new Generator(programs, config, weights, 4, 1);
  generator.cache.place(0, (await generator.prompt([[1, 2, 3]]))[0].cache);
  await generator.step(Int32Array.of(1, -1, -1, -1));
  await generator.extend([{ slot: 0, ids: [5, 6] }]);
  await score(programs, config, weights, sequences, ['logProbs', 'values', 'entropies'], 1);
  await new Optimizer(programs, config, weights, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 }).update(imitationBatches(config, sequences, 64), 0.01);
  await programs.dispose();
  delete process.env['STEPTOOL_PROFILE'];
  const operators = ran(folder);
  assert.ok(operators.length > 200);
  assert.deepEqual(operators.filter((name) => !name.startsWith('WebGpu') || name.includes('Memcpy')), []);
});
