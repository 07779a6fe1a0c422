// Minibatches: as many as were asked for, none much larger than another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dealt } from '../../src/learn/dealing.ts';

test('items are dealt in order into as many parts as asked for, of nearly equal sizes; where there are fewer items, one each', () => {
  for (let items = 0; items <= 40; items++)
    for (let parts = 1; parts <= 12; parts++) {
      const all = Array.from({ length: items }, (_, i) => i);
      const dealing = dealt(all, parts);
      assert.deepEqual(dealing.flat(), all);
      assert.equal(dealing.length, Math.min(parts, items), `${items} in ${parts}`);
      const sizes = dealing.map(({ length }) => length);
      if (items > 0) assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${items} in ${parts}: ${sizes}`);
    }
  assert.deepEqual(dealt(['a', 'b', 'c', 'd', 'e'], 3), [['a'], ['b', 'c'], ['d', 'e']]);
});
