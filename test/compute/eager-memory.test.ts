// What an eager engine keeps: the same as a card, tried on the reference's backend.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import { compileEagerly, fetchEagerly } from '../../src/compute/eager.ts';
import { EagerMemory } from '../../src/compute/eager-memory.ts';
import { liveTensors } from '../../src/compute/reference.ts';
import { floats, specsOf } from './both-engines.ts';

test('what is steady is copied once, until the engine itself writes to it', async () => {
  const held = new EagerMemory();
  const inputs = { x: floats([2, 2], [1, 2, 3, 4]), y: floats([2, 2], [1, 1, 1, 1]) };
  const before = liveTensors();
  const compiled = compileEagerly('cpu', held, ({ x, y }) => ({ sum: tf.add(x, y) }), { inputs: specsOf(inputs), steady: ['x'] });
  const bytes = 16;
  const sum = async (given = inputs, into?: typeof inputs.x) => [...(await compiled.run(given, into && { sum: into })).sum.data];
  assert.deepEqual([await sum(), compiled.spared!()], [[2, 3, 4, 5], 0]);
  assert.equal(liveTensors(), before + 1);
  assert.deepEqual([await sum({ ...inputs, y: floats([2, 2], [0, 0, 0, 9]) }), compiled.spared!()], [[1, 2, 3, 13], bytes]);
  const written = floats([2, 2], [0, 0, 0, 0]);
  assert.deepEqual(await sum({ x: written, y: inputs.y }), [1, 1, 1, 1]);
  await sum(inputs, written); // now 2, 3, 4, 5
  assert.deepEqual(await sum({ x: written, y: inputs.y }), [3, 4, 5, 6]);
  for (const { data } of [inputs.x, written]) held.forget(data);
  assert.equal(liveTensors(), before);
});

test('what stays is there for the next run and gone when it is spent; the number of tensors does not grow', async () => {
  const held = new EagerMemory();
  const state = floats([2], [1, 2]);
  const compiled = compileEagerly('cpu', held, ({ state }) => ({ state: tf.mul(state, 2), seen: tf.add(state, 1) }), { inputs: { state: { shape: [2], dtype: 'float32' } }, stay: ['state'], spent: ['state'] });
  let { state: at } = await compiled.run({ state });
  const before = liveTensors();
  for (const expected of [[3, 5], [5, 9], [9, 17]]) {
    assert.equal(at.data.length, 0);
    const results = await compiled.run({ state: at });
    assert.deepEqual([...results.seen.data], expected);
    assert.equal(held.get(at.data), undefined);
    at = results.state;
    assert.equal(liveTensors(), before);
  }
});

test('what stays is fetched once; by its array it is known from then on, and needs not be copied again', async () => {
  const held = new EagerMemory();
  const state = floats([2], [1, 2]);
  const compiled = compileEagerly('cpu', held, ({ state }) => ({ state: tf.mul(state, 2) }), { inputs: { state: { shape: [2], dtype: 'float32' } }, stay: ['state'], steady: ['state'] });
  const { state: at } = await compiled.run({ state });
  const before = liveTensors();
  const fetched = fetchEagerly('cpu', held, { at, own: state });
  assert.equal(fetched.own, state);
  assert.deepEqual([...fetched.at.data], [2, 4]);
  const spared = compiled.spared!();
  const { state: next } = await compiled.run({ state: fetched.at });
  assert.deepEqual([compiled.spared!() - spared, liveTensors()], [8, before + 1]);
  assert.throws(() => fetchEagerly('cpu', held, { at }), /at is spent/);
  for (const { data } of [state, fetched.at, next]) held.forget(data);
});
