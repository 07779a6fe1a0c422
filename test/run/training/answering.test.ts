import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answering } from '../../../src/run/training/answering.ts';

const settings = { warmupUpdates: 0, learningRate: 0.0003 };
const seen = (shares: readonly number[], given = settings): (string | undefined)[] => {
  const answering = new Answering();
  return shares.map((share, i) => answering.see(i + 4, share, given)); // as of a run that goes on at iteration 4
};

test('a policy that goes on calling until it is cut off is told of once, with what to change', () => {
  assert.deepEqual(seen([0.11, 0.4, 0.891, 0.95]), [undefined, undefined,
    "89 % of this iteration's episodes were cut off, after 11 % in iteration 4: the policy goes on calling and no longer answers. "
    + 'Begin again with algorithm.warmupUpdates, such as 8: the first updates are the largest ones, and of a value head that knows nothing. '
    + 'A reward.cutOff.weight, such as 0.5, makes it cost something; a larger reward.isSolved.weight makes answers worth more beside calls that merely work.', undefined]);
  assert.match(seen([0, 0.6], { ...settings, warmupUpdates: 8 })[1]!, /Begin again with a learning rate below 0\.0003, or more than 8 algorithm\.warmupUpdates\./);
});

test('one that is cut off from the start, now and then, or less and less, is not', () => {
  for (const shares of [[1, 1], [0.2, 0.6, 0.3], [0.9, 0.1, 0.3], [0, 0]]) assert.deepEqual(seen(shares), shares.map(() => undefined));
});
