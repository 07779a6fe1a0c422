// In which order recordings are learnt from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchesOf, deal, type Deck } from '../../../src/rollout/recorded/deal.ts';

const passes = (deck: Deck, iterations: number): number[][][] => {
  const found: number[][][] = [];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const { pass, chosen } = deal(deck, iteration);
    (found[pass - 1] ??= []).push([...chosen]);
  }
  return found;
};
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

test('each pass is over all recordings once, in another order, the last batch as large as is left', () => {
  const deck: Deck = { recordings: 10, batch: 4, lastBatch: 'keep', joinsOne: true, seed: 1 };
  const found = passes(deck, 9);
  assert.deepEqual(found.map((batches) => batches.map(({ length }) => length)), [[4, 4, 2], [4, 4, 2], [4, 4, 2]]);
  for (const batches of found) assert.deepEqual(sorted(batches.flat()), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.notDeepEqual(found[1], found[0]);
  assert.notDeepEqual(passes({ ...deck, seed: 2 }, 3), found.slice(0, 1));
  assert.deepEqual(deal(deck, 5), { pass: 2, chosen: found[1][1] }, 'an iteration asked for alone');
});

test('as released, a batch that is not full is left out: of ten rows and batches of eight there is one a pass', () => {
  const deck: Deck = { recordings: 10, batch: 8, lastBatch: 'drop', joinsOne: true, seed: 1 };
  assert.deepEqual(passes(deck, 3).map((batches) => batches.map((batch) => new Set(batch).size)), [[8], [8], [8]]);
  assert.equal(batchesOf({ ...deck, batch: 11 }), 0);
  assert.throws(() => deal({ ...deck, batch: 11 }, 1), /10 recordings do not fill a batch of 11/);
});

test('a single recording that is left joins the batch before it, where it is to be compared with others', () => {
  const deck: Deck = { recordings: 9, batch: 4, lastBatch: 'keep', joinsOne: true, seed: 1 };
  const found = passes(deck, 4);
  assert.deepEqual(found.map((batches) => batches.map(({ length }) => length)), [[4, 5], [4, 5]]);
  for (const batches of found) assert.deepEqual(sorted(batches.flat()), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const sizes = (change: Partial<Deck>): number[] => passes({ ...deck, ...change }, batchesOf({ ...deck, ...change }))[0].map(({ length }) => length);
  assert.deepEqual(sizes({ joinsOne: false }), [4, 4, 1]);
  assert.deepEqual(sizes({ lastBatch: 'drop' }), [4, 4]);
  assert.deepEqual(sizes({ recordings: 8 }), [4, 4]);
  assert.deepEqual(sizes({ recordings: 3, batch: 1 }), [1, 1, 1]);
  assert.deepEqual(sizes({ recordings: 1 }), [1], 'nothing to join');
});
