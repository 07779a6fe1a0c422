/** The reference policy's weights, lent: held throughout, or read each time and let go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { held, readAnew } from '../../src/learn/reference.ts';
import { livelyWeights, tiny } from '../policy/tiny.ts';

test('weights that are read anew are there while they are used, and have no memory after it, whatever comes of the use', async () => {
  const read: ReturnType<typeof livelyWeights>[] = [];
  const reference = readAnew(() => { read.push(livelyWeights(tiny, 1)); return Promise.resolve(read.at(-1)!); });
  const sum = await reference((weights) => Promise.resolve(Object.values(weights).reduce((all, { data }) => all + data.length, 0)));
  assert.ok(sum > 0);
  await assert.rejects(reference(() => Promise.reject(new Error('no use'))), /no use/);
  assert.equal(read.length, 2);
  for (const weights of read) assert.deepEqual(new Set(Object.values(weights).map(({ data }) => data.byteLength)), new Set([0]));
});

test('weights that are held stay', async () => {
  const weights = livelyWeights(tiny, 1);
  await held(weights)((lent) => { assert.equal(lent, weights); return Promise.resolve(); });
  assert.ok(Object.values(weights).every(({ data }) => data.length > 0));
});
