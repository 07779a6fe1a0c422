import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash, integer, pick, random, shuffle } from '../../src/world/random.ts';

const first = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

test('the same key gives the same draws, whatever else was drawn in between', () => {
  const alone = first(5, random('task', 7));
  const draw = random('task', 7);
  const other = random('task', 8);
  const mixed = Array.from({ length: 5 }, () => { other(); other(); return draw(); });
  assert.deepEqual(mixed, alone);
});

test('draws stay what they are from version to version', () => {
  assert.deepEqual(first(3, random('task', 7)).map((x) => x * 2 ** 32), [2515205672, 3535600222, 1891301420]);
  assert.equal(hash('a', -3, 2 ** 40), 3007140389);
});

test('keys that look alike are different keys', () => {
  const keys: (string | number)[][] = [['a', 'b'], ['ab'], ['a', '', 'b'], ['b', 'a'], [1], ['1'], [-1], [1, 0], [0, 1], [2 ** 32 + 1], [], ['']];
  assert.equal(new Set(keys.map((key) => random(...key)())).size, keys.length);
  assert.equal(new Set(keys.map((key) => hash(...key))).size, keys.length);
});

test('a key part that is no whole number is refused', () => {
  assert.throws(() => random(0.5), /whole number, not 0\.5/);
  assert.throws(() => hash(Number.NaN), RangeError);
});

test('draws of one key and first draws of many keys are spread evenly', () => {
  const one = random('even');
  for (const draws of [first(20_000, one), Array.from({ length: 20_000 }, (_, i) => random('key', i)())]) {
    const bins = new Array<number>(50).fill(0);
    for (const x of draws) {
      assert.ok(x >= 0 && x < 1);
      bins[Math.floor(x * 50)]!++;
    }
    const chiSquare = bins.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    assert.ok(chiSquare < 95, `chi-square ${chiSquare} with 49 degrees of freedom`); // p about 1e-4; the draws are fixed
  }
});

test('neighbouring keys and neighbouring draws are not correlated', () => {
  const n = 20_000;
  const correlation = (xs: number[], ys: number[]): number =>
    xs.reduce((sum, x, i) => sum + (x - 0.5) * (ys[i]! - 0.5), 0) / n * 12;
  const keys = Array.from({ length: n + 1 }, (_, i) => random('n', i)());
  const draws = first(n + 1, random('n'));
  for (const xs of [keys, draws]) assert.ok(Math.abs(correlation(xs.slice(0, n), xs.slice(1))) < 4 / Math.sqrt(n));
});

test('whole numbers reach both ends, picks every item, shuffles keep all items', () => {
  const draw = random('helpers');
  assert.deepEqual([...new Set(first(200, () => integer(draw, -1, 2)))].sort((a, b) => a - b), [-1, 0, 1, 2]);
  assert.equal(new Set(first(100, () => 0).map(() => pick(draw, ['a', 'b', 'c']))).size, 3);
  const items = [1, 2, 3, 4, 5];
  assert.deepEqual(shuffle(draw, items).sort(), items);
  assert.throws(() => pick(draw, []), /nothing to pick/);
});
