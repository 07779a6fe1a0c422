/** What an adapter stands beside is known by its numbers: however they are held, and by what earlier runs recorded of them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { narrowToHalves, widenHalves } from '../../../src/compute/half.ts';
import type { PolicyConfig } from '../../../src/policy/config.ts';
import { isHalf, isTrained, weightShapes, type Weights } from '../../../src/policy/weights.ts';
import { completed, hashBase, kept } from '../../../src/run/training/base.ts';
import { livelyWeights, tiny } from '../../policy/tiny.ts';

const single: PolicyConfig = { ...tiny, adapter: { rank: 2, alpha: 4, modules: ['q_proj'] } };
const half: PolicyConfig = { ...single, frozen: 'float16' };

const each = (weights: Weights, change: (data: Float32Array) => Weights[string]['data']): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => {
    const changed = isHalf(half, name) ? change(data as Float32Array) : data;
    return [name, { shape, dtype: changed instanceof Uint16Array ? 'float16' : 'float32', data: changed }];
  }));

const numbers = livelyWeights(single, 7);
const asHalves = each(numbers, narrowToHalves);
/** What halves hold, as single numbers: a file of F16. */
const exact = each(numbers, (data) => widenHalves(narrowToHalves(data)));

/** What runs recorded that held matrices as halves: a hash of these. */
const recordedOnce = (weights: Weights): string => {
  const hash = createHash('sha256');
  for (const { name } of weightShapes(single).filter(({ name }) => !isTrained(single, name))) {
    const { data } = weights[name];
    hash.update(`${name} ${data.length}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
};

/** Puts the adapter of a checkpoint, with the hash that it recorded, beside weights that are now held as the config says. */
const opened = (recorded: string, config: PolicyConfig, weights: Weights): Weights =>
  completed(kept(single, numbers), { base: recorded }, config, { weights, hash: hashBase(config, weights) }, 'checkpoints/2');

test('numbers that halves hold exactly are the same weights however they are held', () => {
  assert.equal(hashBase(half, asHalves), hashBase(single, exact));
  assert.equal(hashBase(single, exact), recordedOnce(exact), 'what runs with single numbers recorded');
  opened(hashBase(half, asHalves), single, exact);
  opened(hashBase(single, exact), half, asHalves);
});

test('runs that recorded the hash of halves find their weights, as halves and as single numbers', () => {
  assert.notEqual(recordedOnce(asHalves), hashBase(half, asHalves));
  opened(recordedOnce(asHalves), half, asHalves);
  opened(recordedOnce(asHalves), single, exact);
});

test('where halves round, what is asked for is engine.frozen, and not another model', () => {
  for (const recorded of [hashBase(half, asHalves), recordedOnce(asHalves)])
    assert.throws(() => opened(recorded, single, numbers), /^RunFolderError: checkpoints\/2 holds an adapter to the weights of policy\.checkpoint as halves round them, .* Set engine\.frozen to "float16", as it was; where it is "auto", put the file with F16 back\.$/);
  assert.throws(() => opened(hashBase(single, numbers), half, asHalves), /holds an adapter to other numbers than .* as engine\.frozen "float16" rounds them\. Set engine\.frozen to "float32" if the run had that; else put the earlier weights back\.$/);
});

test('other weights are refused as that', () => {
  const other = livelyWeights(single, 8);
  assert.throws(() => opened(hashBase(single, numbers), single, other), /holds an adapter to other weights than those that policy\.checkpoint now names\. Put the earlier ones back\.$/);
});
