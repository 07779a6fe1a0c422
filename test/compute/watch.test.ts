// An engine that throws anything, or never answers, is told in words; one that answers is not disturbed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import type { Compiled, Engine } from '../../src/compute/engine.ts';
import { EngineError } from '../../src/compute/failures.ts';
import { watched } from '../../src/compute/watch.ts';
import { floats, onnx, runOn } from './both-engines.ts';

const never = new Promise<never>(() => {});
const signature = { inputs: {} };
const program = () => ({});
const engineOf = (compiled: Partial<Compiled>, compile = async (): Promise<Compiled> => ({ run: async () => ({}), dispose: async () => {}, ...compiled })): Engine => ({ name: 'onnx:webgpu', threads: 3, compile });
const failure = async (work: Promise<unknown>): Promise<EngineError> => {
  const error = await work.then(() => assert.fail('it answered'), (reason: unknown) => reason);
  assert.ok(error instanceof EngineError);
  return error;
};

test('an engine that never answers is given up, and its programs are left alone: it may still read them', async () => {
  let disposed = 0;
  const engine = watched(engineOf({ run: () => never, dispose: async () => { disposed++; } }), { seconds: 3, tick: 1 });
  const compiled = await engine.compile(program, signature);
  const error = await failure(compiled.run({}));
  assert.equal(error.kind, 'hung');
  assert.match(error.message, /^onnx:webgpu has not answered for 3 s while it was to run a program: .*resume continues/);
  assert.match((await failure(compiled.run({}))).message, /was given up/, 'nobody waits for it again');
  await compiled.dispose();
  assert.equal(disposed, 0);
  assert.equal((await failure(watched(engineOf({}, () => never), { seconds: 3, tick: 1 }).compile(program, signature))).kind, 'hung');
  assert.match((await failure(watched({ ...engineOf({}), fetch: () => never }, { seconds: 3, tick: 1 }).fetch!({}))).message, /while it was to hand over what it keeps/);
});

test('an engine that throws is told by what it threw, once', async () => {
  const run = async (error: unknown) => failure((await watched(engineOf({ run: async () => { throw error; } })).compile(program, signature)).run({}));
  assert.equal((await run(new Error('VK_ERROR_DEVICE_LOST'))).kind, 'device');
  assert.equal((await run(new RangeError('Array buffer allocation failed'))).kind, 'memory');
  const told = new EngineError('compile', 'as it was');
  assert.equal(await run(told), told);
});

test('an engine that answers gives what it gives, and is released', async () => {
  const result = await runOn(watched(onnx), ({ x }) => ({ y: tf.neg(x) }), { x: floats([2], [1, 2]) });
  assert.deepEqual([...result.y.data], [-1, -2]);
  let disposed = 0;
  const engine = watched(engineOf({ dispose: async () => { disposed++; } }));
  await (await engine.compile(program, signature)).dispose();
  assert.deepEqual([engine.name, engine.threads, disposed], ['onnx:webgpu', 3, 1]);
});

test('what an engine tells of itself comes through: its precision, and the bytes that it held already', async () => {
  const engine = watched({ ...engineOf({ spared: () => 7 }), precision: 'float16' });
  assert.equal(engine.precision, 'float16');
  assert.equal((await engine.compile(program, signature)).spared?.(), 7);
  const plain = watched(engineOf({}));
  assert.deepEqual([plain.precision, (await plain.compile(program, signature)).spared], [undefined, undefined]);
});
